package dev.agentworkflows.store;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call's work in a worktree: its own, or that of another call.
 *
 * @param callId who worked there
 * @param worktreeCallId the call that the worktree was made for
 * @param leftAt when it had ended and the worktree was looked through; null when it was not
 * @param files what it left otherwise than it found it, by name from the worktree's top: the file's
 *     mode and id, {@link #GONE} or {@link #AS_BASE}
 */
public record WorktreeUse(
    String callId, String worktreeCallId, @Nullable Instant leftAt, Map<String, String> files) {

  /** The state of a file that is not there any more. */
  public static final String GONE = "-";

  /** The state of a file that is as in the base commit again. */
  public static final String AS_BASE = "";

  public WorktreeUse {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }
}

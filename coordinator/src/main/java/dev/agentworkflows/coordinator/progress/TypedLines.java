package dev.agentworkflows.coordinator.progress;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a person types. Taken only when asked for: the rest is for whoever reads after us. */
public interface TypedLines {

  /** Whether there is a line that nobody has read, or a part of one. */
  boolean isReady() throws IOException;

  /** The next line, which is waited for; null at the end. */
  @Nullable String read() throws IOException;
}

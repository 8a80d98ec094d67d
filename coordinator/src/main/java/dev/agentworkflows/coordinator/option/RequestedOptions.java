package dev.agentworkflows.coordinator.option;

import dev.agentworkflows.spi.Effort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Options of a call as its script wrote them.
 *
 * @param tools null for the agent's usual ones, which no tools at all are not
 * @param mcpServersJson null when the script gave none
 * @param files paths, relative to the workspace or absolute
 */
public record RequestedOptions(
    @Nullable String system,
    @Nullable Effort effort,
    @Nullable List<String> tools,
    @Nullable String mcpServersJson,
    List<String> files) {

  public static final RequestedOptions NONE =
      new RequestedOptions(null, null, null, null, List.of());

  public RequestedOptions {
    tools = tools == null ? null : List.copyOf(tools);
    files = List.copyOf(files);
  }

  /** Whether they ask for nothing. */
  public boolean areNone() {
    // Written out: the first use of a record's own `equals` takes milliseconds of a start.
    return system == null
        && effort == null
        && tools == null
        && mcpServersJson == null
        && files.isEmpty();
  }
}

package dev.agentworkflows.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a script asks for with a call besides its prompt. The coordinator passes on only what the
 * adapter's {@link Capability capabilities} promise, and refuses a call that asks for more.
 *
 * @param system instructions that hold for the whole call; null when there are none
 * @param effort how much the model is to think; null for the provider's own level
 * @param tools the agent's own tools that it may use, by its names for them; empty for none of
 *     them, null for its usual ones. Of a read-only call it may use those alone that change nothing
 * @param mcpServers servers whose tools the agent gets besides
 * @param files images and PDFs, in the script's order
 * @since level 5
 */
public record CallOptions(
    @Nullable String system,
    @Nullable Effort effort,
    @Nullable List<String> tools,
    List<McpServer> mcpServers,
    List<AttachedFile> files) {

  /** Of a call that asks for nothing but an answer. */
  public static final CallOptions NONE = new CallOptions(null, null, null, List.of(), List.of());

  public CallOptions {
    tools = tools == null ? null : List.copyOf(tools);
    mcpServers = List.copyOf(mcpServers);
    files = List.copyOf(files);
  }
}

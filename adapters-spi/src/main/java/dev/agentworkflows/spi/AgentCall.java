package dev.agentworkflows.spi;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a provider is asked to do. Immutable; prompts may be tens of megabytes.
 *
 * @param callId unique over all runs; the same for every attempt of a call
 * @param schemaJson JSON Schema 2020-12 that the answer must satisfy, as JSON; null when any text
 *     will do. The coordinator validates the answer; an adapter may pass the schema on
 * @param model null when the script, the run and the factory name none: the provider's own choice
 * @param workingDirectory where the agent works: in the call's worktree when it is isolated, else
 *     the run's workspace
 * @param worktree the top of the call's own git worktree, which holds {@code workingDirectory};
 *     null when it has none
 * @param mutating the call may edit files below {@code workingDirectory}; a read-only call must not
 * @param readScope what the script declares that the agent reads; a declaration, not a limit
 * @param writeScope what the script declares that the agent writes; a declaration, not a limit
 * @param permissionsJson adapter-specific, as JSON; null when the script gave none
 * @param metadataJson a JSON object that the script attached; null when it gave none
 * @param timeout what is left of the call's time; the coordinator interrupts when it is over
 * @param conversation what was said before; since level 5
 */
public record AgentCall(
    String callId,
    String prompt,
    @Nullable String schemaJson,
    @Nullable String model,
    @Nullable String agentType,
    Path workingDirectory,
    @Nullable Path worktree,
    boolean mutating,
    List<String> readScope,
    List<String> writeScope,
    @Nullable String permissionsJson,
    @Nullable String metadataJson,
    Duration timeout,
    Conversation conversation) {

  public AgentCall {
    readScope = List.copyOf(readScope);
    writeScope = List.copyOf(writeScope);
  }

  /** A call that begins a conversation. */
  public AgentCall(
      String callId,
      String prompt,
      @Nullable String schemaJson,
      @Nullable String model,
      @Nullable String agentType,
      Path workingDirectory,
      @Nullable Path worktree,
      boolean mutating,
      List<String> readScope,
      List<String> writeScope,
      @Nullable String permissionsJson,
      @Nullable String metadataJson,
      Duration timeout) {
    this(
        callId,
        prompt,
        schemaJson,
        model,
        agentType,
        workingDirectory,
        worktree,
        mutating,
        readScope,
        writeScope,
        permissionsJson,
        metadataJson,
        timeout,
        Conversation.NONE);
  }

  /**
   * The same call with another prompt: the corrective try after an answer that broke its schema.
   */
  public AgentCall withPrompt(String newPrompt) {
    return with(newPrompt, conversation);
  }

  /**
   * The same call in another conversation.
   *
   * @since level 5
   */
  public AgentCall in(Conversation newConversation) {
    return with(prompt, newConversation);
  }

  private AgentCall with(String newPrompt, Conversation newConversation) {
    return new AgentCall(
        callId,
        newPrompt,
        schemaJson,
        model,
        agentType,
        workingDirectory,
        worktree,
        mutating,
        readScope,
        writeScope,
        permissionsJson,
        metadataJson,
        timeout,
        newConversation);
  }
}

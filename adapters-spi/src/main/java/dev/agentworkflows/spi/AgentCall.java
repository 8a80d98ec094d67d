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
 * @param workingDirectory where the agent works: in a git worktree when the call has one, its own
 *     or that of an earlier call, else the run's workspace
 * @param worktree the top of that worktree, which holds {@code workingDirectory}; null when it has
 *     none. A read-only call in it must not edit there either
 * @param mutating the call may edit files below {@code workingDirectory}; a read-only call must not
 * @param readScope what the script declares that the agent reads; a declaration, not a limit
 * @param writeScope what the script declares that the agent writes; a declaration, not a limit
 * @param permissionsJson adapter-specific, as JSON; null when the script gave none
 * @param metadataJson a JSON object that the script attached; null when it gave none
 * @param timeout what is left of the call's time; the coordinator interrupts when it is over
 * @param options what the script asks for besides; since level 5
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
    CallOptions options,
    Conversation conversation) {

  public AgentCall {
    readScope = List.copyOf(readScope);
    writeScope = List.copyOf(writeScope);
  }

  /**
   * A call without options that begins a conversation, as calls of earlier levels are. {@link
   * #builder} says it shorter.
   */
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
        CallOptions.NONE,
        Conversation.NONE);
  }

  /**
   * A read-only call of ten minutes that asks for nothing but an answer, to be made into another.
   *
   * @since level 5
   */
  public static Builder builder(String callId, String prompt, Path workingDirectory) {
    return new Builder(callId, prompt, workingDirectory);
  }

  /**
   * This call, to be made into another.
   *
   * @since level 5
   */
  public Builder toBuilder() {
    return new Builder(callId, prompt, workingDirectory)
        .schema(schemaJson)
        .model(model)
        .agentType(agentType)
        .worktree(worktree)
        .mutating(mutating)
        .scopes(readScope, writeScope)
        .permissions(permissionsJson)
        .metadata(metadataJson)
        .timeout(timeout)
        .options(options)
        .conversation(conversation);
  }

  /**
   * The same call with another prompt: the corrective try after an answer that broke its schema.
   */
  public AgentCall withPrompt(String newPrompt) {
    return toBuilder().prompt(newPrompt).build();
  }

  /**
   * The same call in another conversation.
   *
   * @since level 5
   */
  public AgentCall in(Conversation newConversation) {
    return toBuilder().conversation(newConversation).build();
  }

  /**
   * Makes calls; what is not said is as in {@link AgentCall#builder}. A later level adds methods
   * here, and breaks nobody who makes calls in this way.
   *
   * @since level 5
   */
  public static final class Builder {

    private final String callId;
    private final Path workingDirectory;
    private String prompt;
    private @Nullable String schemaJson;
    private @Nullable String model;
    private @Nullable String agentType;
    private @Nullable Path worktree;
    private boolean mutating;
    private List<String> readScope = List.of();
    private List<String> writeScope = List.of();
    private @Nullable String permissionsJson;
    private @Nullable String metadataJson;
    private Duration timeout = Duration.ofMinutes(10);
    private CallOptions options = CallOptions.NONE;
    private Conversation conversation = Conversation.NONE;

    private Builder(String callId, String prompt, Path workingDirectory) {
      this.callId = callId;
      this.prompt = prompt;
      this.workingDirectory = workingDirectory;
    }

    public Builder prompt(String newPrompt) {
      prompt = newPrompt;
      return this;
    }

    public Builder schema(@Nullable String newSchemaJson) {
      schemaJson = newSchemaJson;
      return this;
    }

    public Builder model(@Nullable String newModel) {
      model = newModel;
      return this;
    }

    public Builder agentType(@Nullable String newAgentType) {
      agentType = newAgentType;
      return this;
    }

    public Builder worktree(@Nullable Path newWorktree) {
      worktree = newWorktree;
      return this;
    }

    public Builder mutating(boolean newMutating) {
      mutating = newMutating;
      return this;
    }

    public Builder scopes(List<String> newReadScope, List<String> newWriteScope) {
      readScope = newReadScope;
      writeScope = newWriteScope;
      return this;
    }

    public Builder permissions(@Nullable String newPermissionsJson) {
      permissionsJson = newPermissionsJson;
      return this;
    }

    public Builder metadata(@Nullable String newMetadataJson) {
      metadataJson = newMetadataJson;
      return this;
    }

    public Builder timeout(Duration newTimeout) {
      timeout = newTimeout;
      return this;
    }

    public Builder options(CallOptions newOptions) {
      options = newOptions;
      return this;
    }

    public Builder conversation(Conversation newConversation) {
      conversation = newConversation;
      return this;
    }

    public AgentCall build() {
      return new AgentCall(
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
          options,
          conversation);
    }
  }
}

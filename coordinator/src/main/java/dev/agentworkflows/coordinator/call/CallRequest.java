package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.option.RequestedOptions;
import dev.agentworkflows.store.Isolation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a script asked for with {@code agent()}.
 *
 * @param schemaJson JSON Schema 2020-12; null when any text will do
 * @param providers whom it asks, in order; none for the run's
 * @param model null for the run's, or the provider's default
 * @param cachePolicy null for the run's
 * @param permissionsJson any JSON; null when the script gave none
 * @param timeout of asking the provider, retries included; null for the run's
 * @param metadataJson a JSON object; null when the script gave none
 * @param place where in the script's structure it is made; 0 when the shim does not say
 * @param options what else it asks for
 * @param continues the id of the call in whose conversation it goes on; null when it begins one
 */
public record CallRequest(
    String prompt,
    @Nullable String label,
    @Nullable String phase,
    @Nullable String schemaJson,
    List<String> providers,
    @Nullable String model,
    @Nullable String agentType,
    Workplace workplace,
    @Nullable CachePolicy cachePolicy,
    @Nullable String cacheNamespace,
    List<String> readScope,
    List<String> writeScope,
    @Nullable String permissionsJson,
    @Nullable Duration timeout,
    @Nullable String metadataJson,
    long place,
    RequestedOptions options,
    @Nullable String continues) {

  public CallRequest {
    providers = List.copyOf(providers);
    readScope = List.copyOf(readScope);
    writeScope = List.copyOf(writeScope);
  }

  /** A call without options that begins a conversation. */
  public CallRequest(
      String prompt,
      @Nullable String label,
      @Nullable String phase,
      @Nullable String schemaJson,
      List<String> providers,
      @Nullable String model,
      @Nullable String agentType,
      Workplace workplace,
      @Nullable CachePolicy cachePolicy,
      @Nullable String cacheNamespace,
      List<String> readScope,
      List<String> writeScope,
      @Nullable String permissionsJson,
      @Nullable Duration timeout,
      @Nullable String metadataJson,
      long place) {
    this(
        prompt,
        label,
        phase,
        schemaJson,
        providers,
        model,
        agentType,
        workplace,
        cachePolicy,
        cacheNamespace,
        readScope,
        writeScope,
        permissionsJson,
        timeout,
        metadataJson,
        place,
        RequestedOptions.NONE,
        null);
  }

  /** The same call with these options. */
  public CallRequest with(RequestedOptions newOptions) {
    return copy(newOptions, continues);
  }

  /** The same call in the conversation of another. */
  public CallRequest continuing(@Nullable String callId) {
    return copy(options, callId);
  }

  private CallRequest copy(RequestedOptions newOptions, @Nullable String callId) {
    return new CallRequest(
        prompt,
        label,
        phase,
        schemaJson,
        providers,
        model,
        agentType,
        workplace,
        cachePolicy,
        cacheNamespace,
        readScope,
        writeScope,
        permissionsJson,
        timeout,
        metadataJson,
        place,
        newOptions,
        callId);
  }

  public Isolation isolation() {
    return workplace.isolation();
  }

  /** A call that may change files: never read from the cache, never written to it. */
  public boolean mutating() {
    return !writeScope.isEmpty() || isolation() != Isolation.NONE;
  }
}

package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.option.RequestedOptions;
import dev.agentworkflows.store.Isolation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a script asked for with {@code agent()}. */
public record CallRequest(
    Task task,
    Position position,
    Routing routing,
    CacheUse cache,
    Workplace workplace,
    Rights rights) {

  /**
   * What is to be done.
   *
   * @param schemaJson JSON Schema 2020-12; null when any text will do
   * @param metadataJson a JSON object; null when the script gave none
   * @param options what else it asks for
   * @param continues the id of the call in whose conversation it goes on; null when it begins one
   */
  public record Task(
      String prompt,
      @Nullable String schemaJson,
      @Nullable String metadataJson,
      RequestedOptions options,
      @Nullable String continues) {}

  /**
   * Where in the script it is made.
   *
   * @param place in the script's structure; 0 when the shim does not say
   */
  public record Position(@Nullable String label, @Nullable String phase, long place) {}

  /**
   * Who is to do it.
   *
   * @param providers in the order of asking; none for the run's
   * @param model null for the run's, or the provider's default
   * @param timeout of asking the provider, retries included; null for the run's
   */
  public record Routing(
      List<String> providers,
      @Nullable String model,
      @Nullable String agentType,
      @Nullable Duration timeout) {

    public Routing {
      providers = List.copyOf(providers);
    }
  }

  /**
   * How it uses remembered answers.
   *
   * @param policy null for the run's
   */
  public record CacheUse(@Nullable CachePolicy policy, @Nullable String namespace) {}

  /**
   * What the agent reads and writes.
   *
   * @param permissionsJson any JSON; null when the script gave none
   */
  public record Rights(
      List<String> readScope, List<String> writeScope, @Nullable String permissionsJson) {

    public Rights {
      readScope = List.copyOf(readScope);
      writeScope = List.copyOf(writeScope);
    }
  }

  public Isolation isolation() {
    return workplace.isolation();
  }

  /** A call that may change files: never read from the cache, never written to it. */
  public boolean mutating() {
    return !rights.writeScope().isEmpty() || isolation() != Isolation.NONE;
  }
}

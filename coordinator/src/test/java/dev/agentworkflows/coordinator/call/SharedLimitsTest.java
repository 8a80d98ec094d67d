package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.limit.ConcurrencyLimiter.Permit;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedLimitsTest {

  private final SharedLimits limits = new SharedLimits(Clock.systemUTC());

  @AfterEach
  void close() {
    limits.close();
  }

  /** As one command of a shell with these variables knows it. */
  private static Provider provider(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.putIfAbsent("OWF_PROVIDER_SCRIPTED_CONCURRENCY", "2");
    all.put("OWF_PROVIDER_SCRIPTED_API_KEY_ENV", "SCRIPTED_KEY");
    return Providers.of(List.of(new ScriptedAdapter(2)), all).find("scripted").orElseThrow();
  }

  private CompletableFuture<Permit> asked(Map<String, String> variables, String run) {
    return limits.permit(provider(variables), run);
  }

  @Test
  void commandsWithOneLoginShareItsPlaces() {
    CompletableFuture<Permit> one = asked(Map.of("SCRIPTED_KEY", "one"), "run 1");
    asked(Map.of("SCRIPTED_KEY", "one"), "run 2");
    CompletableFuture<Permit> third = asked(Map.of("SCRIPTED_KEY", "one"), "run 3");

    assertThat(third).isNotCompleted();
    one.join().release();
    assertThat(third).isCompleted();
  }

  @Test
  void anotherKeyAnotherUserAndAnotherNumberAreApart() {
    Map<String, String> usual = Map.of("SCRIPTED_KEY", "one", "HOME", "/home/one");
    asked(usual, "run 1");
    asked(usual, "run 2");

    assertThat(asked(Map.of("SCRIPTED_KEY", "two", "HOME", "/home/one"), "run 3")).isCompleted();
    assertThat(asked(Map.of("SCRIPTED_KEY", "one", "HOME", "/home/two"), "run 4")).isCompleted();
    Map<String, String> more = new HashMap<>(usual);
    more.put("OWF_PROVIDER_SCRIPTED_CONCURRENCY", "3");
    assertThat(asked(more, "run 5")).isCompleted();
    assertThat(asked(usual, "run 6")).isNotCompleted();
  }

  @Test
  void onePaceIsSharedAsWell() {
    Map<String, String> slow =
        Map.of("SCRIPTED_KEY", "one", "OWF_PROVIDER_SCRIPTED_REQUESTS_PER_MINUTE", "6");

    assertThat(limits.pace(provider(slow))).isSameAs(limits.pace(provider(slow)));
    assertThat(limits.pace(provider(slow)))
        .isNotSameAs(limits.pace(provider(Map.of("SCRIPTED_KEY", "two"))));
  }

  @Test
  void aHomesHeldCallsAreReadAgainWhenNobodyUsesThem(@TempDir Path home) {
    var first = limits.holdsOf(home);
    assertThat(limits.holdsOf(home)).isSameAs(first);

    limits.giveBackHoldsOf(home);
    assertThat(limits.holdsOf(home)).isSameAs(first);
    limits.giveBackHoldsOf(home);
    limits.giveBackHoldsOf(home);

    assertThat(limits.holdsOf(home)).isNotSameAs(first);
  }
}

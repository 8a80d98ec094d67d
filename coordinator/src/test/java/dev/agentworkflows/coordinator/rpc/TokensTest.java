package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.RunTally;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TokensTest {

  private static Launch launch() {
    return new Launch(
        new RunOptions(
            "{}",
            "fake",
            null,
            BudgetLimits.NONE,
            CachePolicy.AUTO,
            Path.of("/"),
            RunOptions.DEFAULT_TIMEOUT,
            false,
            null,
            1),
        meta -> {},
        new RunTally((type, message) -> {}));
  }

  @Test
  void aTokenActsForItsOwnLaunchAlone() {
    Tokens tokens = new Tokens();
    Launch one = launch();
    Launch other = launch();
    String first = tokens.grant(one);
    String second = tokens.grant(other);
    assertThat(first).hasSize(64).isNotEqualTo(second);
    assertThat(tokens.launchOf(first)).containsSame(one);
    assertThat(tokens.launchOf(second)).containsSame(other);
  }

  @Test
  void anyOtherTokenActsForNobody() {
    Tokens tokens = new Tokens();
    String token = tokens.grant(launch());
    assertThat(tokens.launchOf("")).isEmpty();
    assertThat(tokens.launchOf(token.substring(1))).isEmpty();
    assertThat(tokens.launchOf(token + "0")).isEmpty();
  }
}

package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunOptions;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TokensTest {

  private static RunHandle launch() {
    return new RunHandle(
        new RunOptions(
            "{}",
            "fake",
            null,
            BudgetLimits.NONE,
            CachePolicy.AUTO,
            Path.of("/"),
            RunOptions.DEFAULT_TIMEOUT,
            RunOptions.DEFAULT_WAIT_FOR_LIMITS,
            false,
            null,
            1),
        meta -> {},
        new LiveRunStats((type, message) -> {}));
  }

  @Test
  void aTokenActsForItsOwnLaunchAlone() {
    Tokens tokens = Tokens.withoutOperator();
    RunHandle one = launch();
    RunHandle other = launch();
    String first = tokens.grant(one);
    String second = tokens.grant(other);
    assertThat(first).hasSize(64).isNotEqualTo(second);
    assertThat(tokens.callerOf(first)).contains(new Caller.Shim(one));
    assertThat(tokens.callerOf(second)).contains(new Caller.Shim(other));
  }

  @Test
  void anyOtherTokenActsForNobody() {
    Tokens tokens = Tokens.withOperator(() -> "the-operators-own-token");
    String token = tokens.grant(launch());
    assertThat(tokens.callerOf("")).isEmpty();
    assertThat(tokens.callerOf(token.substring(1))).isEmpty();
    assertThat(tokens.callerOf(token + "0")).isEmpty();
    assertThat(tokens.callerOf("the-operators-own-toke")).isEmpty();
  }

  @Test
  void theOperatorsTokenIsTheOneOfTheMoment() {
    AtomicReference<String> token = new AtomicReference<>("the-first-of-his-tokens");
    Tokens tokens = Tokens.withOperator(token::get);
    assertThat(tokens.callerOf("the-first-of-his-tokens")).contains(new Caller.Operator());
    token.set("the-second-of-his-tokens");
    assertThat(tokens.callerOf("the-first-of-his-tokens")).isEmpty();
    assertThat(tokens.callerOf("the-second-of-his-tokens")).contains(new Caller.Operator());
  }

  @Test
  void aRevokedTokenIsGoodForNothing() {
    Tokens tokens = Tokens.withoutOperator();
    RunHandle launch = launch();
    String token = tokens.grant(launch);
    assertThat(tokens.tokenOf(launch)).isEqualTo(token);
    tokens.revoke(launch);
    assertThat(tokens.callerOf(token)).isEmpty();
  }
}

package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.Usage;
import org.junit.jupiter.api.Test;

class CheckedUsageTest {

  private static final int PROMPT = 500;
  private static final int ANSWER = 40;

  private static CheckedUsage checked(Usage reported, long answer) {
    return CheckedUsage.of(reported, () -> PROMPT, () -> answer);
  }

  @Test
  void zeroTokensOfAnAnswerThatIsThereAreEstimated() {
    CheckedUsage checked = checked(Usage.of(500, 0), ANSWER);
    assertThat(checked.usage().outputTokens()).isEqualTo(ANSWER);
    assertThat(checked.gap()).isNotNull();
    assertThat(checked(Usage.of(0, 0), 1).usage()).isEqualTo(Usage.of(PROMPT, 1));
    assertThat(checked(Usage.of(0, 10), ANSWER).usage()).isEqualTo(Usage.of(PROMPT, 10));
  }

  @Test
  void zeroBesideACountThatItIsNextToNothingOfIsBelieved() {
    CheckedUsage checked = checked(Usage.of(1_000_000, 0), 1);
    assertThat(checked.usage()).isEqualTo(Usage.of(1_000_000, 0));
    assertThat(checked.gap()).isNull();
  }
}

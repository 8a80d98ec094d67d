package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTest {

  @Test
  void whereNoModelIsAskedForNoneIsNamed() {
    assertThat(new Target(null, "claude", null).tariff()).isEqualTo("claude");
    assertThat(new Target(null, "claude", "opus").tariff()).contains("claude", "opus");
  }
}

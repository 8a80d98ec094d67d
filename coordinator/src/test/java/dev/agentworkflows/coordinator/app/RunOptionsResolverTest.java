package dev.agentworkflows.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.adapter.fake.FakeAdapterFactory;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.coordinator.testing.Records.RunBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunOptionsResolverTest {

  private static final Duration DEFAULT = RunOptions.DEFAULT_WAIT_FOR_LIMITS;

  @TempDir private Path directory;

  private RunBuilder earlier() {
    return Records.run("run_20261129_120000_000001").directory(directory.toString());
  }

  private Duration waits(RunBuilder earlier, @Nullable Long asked) {
    return new RunOptionsResolver(Providers.of(List.of(new FakeAdapterFactory()), Map.of()))
        .resuming(
            new RequestedRun(null, null, null, null, false, null, null, null, asked, false, null),
            earlier.build(),
            directory,
            "{}")
        .waitForLimits();
  }

  @Test
  void aResumeWaitsForLimitsAsLongAsItsRun() {
    assertThat(waits(earlier().waitForLimits(1_800), null)).isEqualTo(Duration.ofMinutes(30));
    assertThat(waits(earlier().waitForLimits(0), null)).isEqualTo(Duration.ZERO);
    assertThat(waits(earlier().waitForLimits(0), 90L)).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void aRunThatDoesNotSayHasTheDefault() {
    assertThat(waits(earlier(), null)).isEqualTo(DEFAULT);
  }

  @Test
  void noWaitIsLongerThanTheLongest() {
    assertThat(waits(earlier(), Long.MAX_VALUE)).isEqualTo(Duration.ofDays(365));
    assertThat(waits(earlier().waitForLimits(Long.MAX_VALUE), null))
        .isEqualTo(Duration.ofDays(365));
  }

  @Test
  void aWaitThatNobodyCanAskForIsRefused() {
    assertThatThrownBy(() -> waits(earlier(), -1L)).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> waits(earlier().waitForLimits(-1), null))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void whatAnAgentWritesIntoTheManifestIsNotBelieved() throws IOException {
    Files.writeString(
        directory.resolve("manifest.json"),
        "{\"wait_for_limits_seconds\": 0, \"timeout_seconds\": 1, \"provider\": \"claude\"}");
    assertThat(waits(earlier(), null)).isEqualTo(DEFAULT);
    assertThat(waits(earlier().waitForLimits(60), null)).isEqualTo(Duration.ofMinutes(1));
  }
}

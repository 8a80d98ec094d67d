package dev.agentworkflows.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.adapter.fake.FakeAdapterFactory;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunOptionsResolverTest {

  private static final Duration DEFAULT = RunOptions.DEFAULT_WAIT_FOR_LIMITS;

  @TempDir private Path directory;
  private RunRecord earlier;

  @BeforeEach
  void run() {
    earlier = Records.run("run_20261129_120000_000001").directory(directory.toString()).build();
  }

  private Duration waits(@Nullable Long asked) {
    return new RunOptionsResolver(Providers.of(List.of(new FakeAdapterFactory()), Map.of()))
        .resuming(
            new RequestedRun(null, null, null, null, false, null, null, null, asked, false, null),
            earlier,
            directory,
            "{}")
        .waitForLimits();
  }

  private void manifest(String text) throws IOException {
    Files.writeString(directory.resolve("manifest.json"), text);
  }

  private void waited(Duration wait) throws IOException {
    manifest(Json.writePretty(Manifest.of(earlier, wait)));
  }

  @Test
  void aResumeWaitsForLimitsAsLongAsItsRun() throws IOException {
    waited(Duration.ofMinutes(30));
    assertThat(waits(null)).isEqualTo(Duration.ofMinutes(30));
    waited(Duration.ZERO);
    assertThat(waits(null)).isEqualTo(Duration.ZERO);
    assertThat(waits(90L)).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void theLongestWaitIsKept() throws IOException {
    waited(waits(Long.MAX_VALUE));
    assertThat(waits(null)).isEqualTo(Duration.ofDays(365));
  }

  @Test
  void aRunThatDoesNotSayHasTheDefault() throws IOException {
    assertThat(waits(null)).isEqualTo(DEFAULT);
    manifest(Json.writePretty(Manifest.of(earlier)));
    assertThat(waits(null)).isEqualTo(DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "\"0\"",
        "[0]",
        "{}",
        "-1",
        "0.5",
        "31536001",
        "9223372036854775808",
        "1e99"
      })
  void whatMakesNoSenseIsPassedOver(String value) throws IOException {
    manifest("{\"wait_for_limits_seconds\": " + value + "}");
    assertThat(waits(null)).isEqualTo(DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "0", "\"wait_for_limits_seconds\"", "{}{}"})
  void aManifestThatIsNoneIsPassedOver(String text) throws IOException {
    manifest(text);
    assertThat(waits(null)).isEqualTo(DEFAULT);
  }

  @Test
  void aLinkInItsPlaceIsNotFollowed() throws IOException {
    Path other = directory.resolve("other");
    Files.writeString(other, "{\"wait_for_limits_seconds\": 0}");
    Files.createSymbolicLink(directory.resolve("manifest.json"), other);
    assertThat(waits(null)).isEqualTo(DEFAULT);
  }
}

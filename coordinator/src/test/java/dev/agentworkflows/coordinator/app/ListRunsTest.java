package dev.agentworkflows.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.testing.OpenHomes;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListRunsTest {

  @TempDir private Path directory;
  @TempDir private Path user;

  @Test
  void aLimitBelowOneIsRefused() {
    try (OpenHome home = OpenHomes.make(directory, user)) {
      home.store().writer().addRun(Records.run("run_1").build()).join();

      assertThat(new ListRuns(home).newest(1)).extracting(RunRecord::id).containsExactly("run_1");
      assertThat(
              catchThrowableOfType(RefusedException.class, () -> new ListRuns(home).newest(0))
                  .refusal())
          .hasValueSatisfying(
              refusal -> assertThat(refusal).isInstanceOf(ScriptRefusal.BadSetting.class));
    }
  }
}

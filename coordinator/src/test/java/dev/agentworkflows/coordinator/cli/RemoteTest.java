package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteTest {

  private static final Map<String, String> ELSEWHERE = Map.of("OWF_COORDINATOR", "there.test:7443");

  @TempDir Path directory;
  private CommandDesk desk;

  @BeforeEach
  void aHomeWithARun() throws Exception {
    desk = new CommandDesk(directory);
    desk.record("text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gc --keep 5", "export latest", "apply latest"})
  void whatWorksOnFilesOverThereDoesNotTakeAHomeOfThisMachine(String command) {
    CommandDesk.Said byVariable = desk.run(ELSEWHERE, command.split(" "));
    CommandDesk.Said byOption = desk.run((command + " --coordinator there.test:7443").split(" "));

    for (CommandDesk.Said said : new CommandDesk.Said[] {byVariable, byOption}) {
      assertThat(said.exitCode()).as(said.toString()).isEqualTo(2);
      assertThat(said.err())
          .contains("can't be asked of a remote coordinator", "there.test:7443", "--home DIR");
    }
  }

  @Test
  void aHomeThatIsNamedIsMeant() {
    CommandDesk.Said said =
        desk.run(ELSEWHERE, "gc", "--dry-run", "--home", desk.home().directory().toString());

    assertThat(said.exitCode()).as(said.toString()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"there.test", ":7443", "there.test:0", "there.test:65536", "t:99999"})
  void anAddressThatIsNoneIsRefused(String address) {
    CommandDesk.Said said = desk.run("runs", "--coordinator", address);

    assertThat(said.exitCode()).as(said.toString()).isEqualTo(2);
    assertThat(said.err()).contains("'" + address + "', where HOST:PORT was expected");
  }
}

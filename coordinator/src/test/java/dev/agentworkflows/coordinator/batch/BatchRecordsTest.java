package dev.agentworkflows.coordinator.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.testing.FileState;
import dev.agentworkflows.coordinator.testing.HostileNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchRecordsTest {

  @TempDir private Path directory;
  private BatchDesk desk;
  private BatchRecord batch;
  private Path file;

  @BeforeEach
  void aBatch() throws IOException {
    desk = new BatchDesk(directory);
    batch = desk.submitted("a");
    file = desk.directory.resolve("home/batches").resolve(batch.id() + ".json");
  }

  private static Stream<String> hostile() {
    return HostileNames.all();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void anIdIsLookedUp(String id) {
    Map<String, String> before = FileState.of(directory, any -> true);

    assertThatThrownBy(() -> desk.records.find(id)).isInstanceOf(RefusedException.class);

    assertThat(FileState.of(directory, any -> true)).isEqualTo(before);
  }

  /** Results are written where the id says. */
  @ParameterizedTest
  @ValueSource(strings = {"../x", "/tmp/x", "x/../y", "batch_of_another"})
  void aRecordWithAnIdThatIsNotItsNameIsDamaged(String id) throws IOException {
    Files.writeString(file, Files.readString(file).replace(batch.id(), id));

    List<BatchRefusal> problems = new ArrayList<>();
    assertThat(desk.records.readable(problems::add)).isEmpty();

    assertThat(problems)
        .singleElement()
        .isInstanceOfSatisfying(
            BatchRefusal.DamagedRecord.class,
            damaged -> assertThat(damaged.file()).isEqualTo(file));
    assertThatThrownBy(() -> desk.records.find(id)).isInstanceOf(RefusedException.class);
  }

  @Test
  void aProvidersOwnIdIsNoPathHere() throws IOException {
    String id = String.valueOf(batch.providerBatchId());
    Files.writeString(file, Files.readString(file).replace(id, "../../../etc/passwd"));

    BatchRecord found = desk.records.find("../../../etc/passwd");

    assertThat(desk.records.results(found)).hasParentRaw(file.getParent());
  }
}

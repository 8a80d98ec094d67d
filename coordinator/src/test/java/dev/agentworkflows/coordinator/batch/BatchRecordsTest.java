package dev.agentworkflows.coordinator.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.testing.FileState;
import dev.agentworkflows.coordinator.testing.HostileNames;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.testkit.Generated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

  /** As an agent could leave them that writes beyond its worktree. */
  @Test
  void aPlantedRecordSendsAndRemovesNothing() throws IOException {
    long seed = Generated.seed();
    System.out.println("BatchRecordsTest: -Dseed=" + seed);
    Random random = new Random(seed);
    BatchInput input = desk.input("{\"prompt\": \"b\", \"custom_id\": \"b\"}");
    for (int i = 0; i < Generated.count(200); i++) {
      String id = "batch_20261122_143299_%06x".formatted(i);
      Path planted = file.resolveSibling(id + ".json");
      Files.writeString(planted, planted(random, id, input.sha256("acme")));
      Map<String, String> before = FileState.of(directory, any -> true);
      desk.api.state =
          new BatchState(
              BatchState.Phase.values()[random.nextInt(BatchState.Phase.values().length)],
              1,
              random.nextInt(3),
              0,
              null);
      desk.api.send();

      trying(() -> desk.submission().submit(input, false));
      trying(() -> desk.fetching().refresh(desk.records.find(id), record -> desk.api));
      trying(() -> desk.fetching().fetch(desk.records.find(id), record -> desk.api));

      assertThat(desk.api.references).as("sent, seed %d", seed).containsExactly(batch.id());
      assertThat(FileState.of(directory, any -> true).keySet())
          .as("seed %d", seed)
          .containsAll(before.keySet());
      Files.delete(planted);
      Files.deleteIfExists(file.resolveSibling(id + ".results.jsonl"));
      desk.api.sendings.clear();
    }
  }

  private static void trying(Runnable command) {
    try {
      command.run();
    } catch (RefusedException | BatchFailedException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static String planted(Random random, String id, String sha256) {
    String[] providerIds = {"null", "\"x\"", "\"../../etc/passwd\"", "\"\"", "7"};
    String[] files = {"/etc/passwd", "../x", "", "prompts.jsonl"};
    String[] times = {"\"2026-11-22T14:32:00Z\"", "\"9999-01-01T00:00:00Z\"", "null", "\"soon\""};
    String requests = random.nextBoolean() ? "[]" : "[{\"custom_id\": \"b\", \"model\": null}]";
    return """
    {"id": "%s", "provider": "%s", "provider_batch_id": %s, "status": "%s", "input_file": "%s",
     "created_at": %s, "submitted_at": %s, "succeeded": %d, "failed": %d, "problem": null,
     "fetched_at": %s, "input_sha256": "%s", "requests": %s}
    """
        .formatted(
            id,
            "acme",
            providerIds[random.nextInt(providerIds.length)],
            BatchStatus.values()[random.nextInt(BatchStatus.values().length)].label(),
            files[random.nextInt(files.length)],
            times[random.nextInt(times.length)],
            times[random.nextInt(times.length)],
            random.nextInt(-1, 3),
            random.nextInt(3),
            times[random.nextInt(times.length)],
            sha256,
            requests);
  }
}

package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SizeTest {
  private static final int CALLS = 2_000;
  private static final int TEXT = 1_024;

  @TempDir Path directory;

  @Test
  void aCallTakesLessThanAKilobyteBesideItsTexts() throws Exception {
    Path file = directory.resolve("workflow.sqlite");

    try (Store store = Store.open(file)) {
      store.writer().addRun(Samples.run("run_x")).join();
    }
    long empty = Files.size(file);
    try (Store store = Store.open(file)) {
      Random random = new Random(1);
      byte[] key = new byte[32];
      for (int index = 1; index <= CALLS; index++) {
        random.nextBytes(key);
        String hex = HexFormat.of().formatHex(key);
        store.writer().startCall(Samples.start("run_x", index, "p".repeat(TEXT), hex, 1));
        store.writer().endCall(Samples.end("run_x", index, "a".repeat(TEXT), true));
      }
    }

    assertThat((Files.size(file) - empty) / CALLS - 2 * TEXT).isLessThan(1_000);
  }

  @Test
  void aHitStoresNoTexts() throws Exception {
    Path file = directory.resolve("workflow.sqlite");
    try (Store store = Store.open(file)) {
      store.writer().addRun(Samples.run("run_x"));
      store.writer().startCall(Samples.start("run_x", 1, "p".repeat(100_000)));
      store.writer().endCall(Samples.end("run_x", 1, "a".repeat(100_000), true));
      for (int index = 2; index <= 1_000; index++) {
        store.writer().addHit(Samples.hit("run_x", index, 1, Samples.callId("run_x", 1)));
      }
    }

    assertThat(Files.size(file)).isLessThan(1_500_000);
  }
}

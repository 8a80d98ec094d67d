package dev.agentworkflows.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jdbi's classes take longer to load than all else that a start does. */
@Timeout(60)
class StartWithoutJdbiTest {
  private static final String RUN = "run_x";

  @TempDir Path directory;

  /** Does what a run does with the store, then what needs Jdbi. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      try (Store store = Store.open(Path.of(args[0]))) {
        store.writer().addRun(Samples.run(RUN)).join();
        store.writer().startCall(Samples.start(RUN, 1, "p")).join();
        store.writer().endCall(Samples.end(RUN, 1, "a", true)).join();
        store.writer().endRun(Samples.ending(RUN)).join();
        System.out.println(store.reader().calls(RUN).size() + store.reader().runs(9).size());
        System.out.println(history(store));
      }
    }

    private static String history(Store store) {
      try {
        return "worktrees: " + store.history().standingWorktrees();
      } catch (NoClassDefFoundError e) {
        return "no Jdbi";
      }
    }
  }

  @Test
  void aRunIsWrittenAndReadWhereThereIsNoJdbi() throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("jdbi"))
            .collect(Collectors.joining(File.pathSeparator));
    Process child =
        ChildJvm.start(
            Child.class, classPath, directory, directory.resolve("workflow.sqlite").toString());
    try (BufferedReader lines = child.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("2");
      assertThat(lines.readLine()).as("that Jdbi was left out").isEqualTo("no Jdbi");
    } finally {
      child.destroyForcibly().waitFor();
    }
  }
}

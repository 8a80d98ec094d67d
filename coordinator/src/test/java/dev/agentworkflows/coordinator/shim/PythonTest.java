package dev.agentworkflows.coordinator.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.home.UserCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonTest {

  @TempDir Path directory;

  @Test
  void interpretersThatTakeTurnsAreAskedOnceEach() throws IOException {
    for (int round = 0; round < 3; round++) {
      for (String name : new String[] {"one", "two", "three"}) {
        assertThat(find(wrapper(name)).executable()).isExecutable();
      }
    }

    assertThat(Files.readAllLines(directory.resolve("asked")))
        .containsExactly("one", "two", "three");
  }

  @Test
  void onlyTheLastOfManyInterpretersAreRemembered() throws IOException {
    for (int i = 0; i < 30; i++) {
      find(wrapper("python" + i));
    }

    assertThat(Files.readAllLines(directory.resolve("cache/owf/python")))
        .hasSizeLessThanOrEqualTo(24);
    find(wrapper("python29"));
    assertThat(Files.readAllLines(directory.resolve("asked"))).hasSize(30);
  }

  @Test
  void anInterpreterThatChangedIsAskedAgain() throws IOException {
    Path python = wrapper("one");
    find(python);
    Files.writeString(python, Files.readString(python) + "# newer\n");

    find(python);

    assertThat(Files.readAllLines(directory.resolve("asked"))).containsExactly("one", "one");
  }

  @Test
  void whatIsNoMemoryOfOursIsMadeAnew() throws IOException {
    Path python = wrapper("one");
    find(python);
    Path memory = directory.resolve("cache/owf/python");
    String good = Files.readString(memory);
    String key = good.lines().findFirst().orElseThrow();
    List<String> contents =
        List.of("", "x\n" + good, key + "\n3.11\n/no\0where\n", "x".repeat(1_000_000) + "\n1\n2\n");
    for (String content : contents) {
      Files.writeString(memory, content);

      assertThat(find(python).executable()).isExecutable();
      assertThat(Files.readString(memory)).startsWith(good).hasSizeLessThan(10_000);
    }
  }

  private Python find(Path python) {
    Map<String, String> variables = new HashMap<>(System.getenv());
    variables.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    variables.put("OWF_PYTHON", python.toString());
    return new Python.Search(variables, directory, UserCache.of(variables)).find(null);
  }

  /** An interpreter that writes down that it was asked. */
  private Path wrapper(String name) throws IOException {
    Path wrapper = directory.resolve(name);
    if (!Files.exists(wrapper)) {
      Files.writeString(
          wrapper,
          "#!/bin/sh\necho %s >> '%s'\nexec python3 \"$@\"\n"
              .formatted(name, directory.resolve("asked")));
      Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
    }
    return wrapper;
  }
}

package dev.agentworkflows.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which program a name leads to. */
class ProgramsTest {

  @TempDir private Path directory;

  @Test
  void whatIsInTheWorkingDirectoryIsNoProgramOfTheUsers() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path program = Files.createTempFile(here, "planted", "");
    try {
      assertThat(program.toFile().setExecutable(true)).isTrue();
      String name = String.valueOf(program.getFileName());
      for (String path : new String[] {"", ":", ".", "./", directory + ":", ":" + directory}) {
        assertThat(new Programs(Map.of("PATH", path)).find(name)).as(path).isEmpty();
      }
      assertThat(new Programs(Map.of("PATH", ":" + here)).find(name)).contains(program);
    } finally {
      Files.delete(program);
    }
  }

  @Test
  void aPathKeepsItsAbsolutePartsInTheirOrder() {
    assertThat(Programs.absolutePath(Map.of("PATH", ":/b:.:/a::bin:"))).isEqualTo("/b:/a");
    assertThat(Programs.absolutePath(Map.of())).isEqualTo("/usr/bin:/bin");
  }
}

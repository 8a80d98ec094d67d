package dev.agentworkflows.coordinator.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExamplesTest {

  @Test
  void theJarCarriesEveryExampleOfTheRepositoryAndNoOther() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../examples"))) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith(".py")))
          .containsExactlyInAnyOrderElementsOf(
              Examples.ALL.stream().map(Examples.Example::file).toList());
    }
  }

  @Test
  void everyExampleCanBeRead() {
    assertThat(Examples.ALL)
        .allSatisfy(e -> assertThat(Examples.text(e)).contains("async def main(args)"));
  }
}

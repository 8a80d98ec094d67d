package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What a home holds, and that no file is there that nobody asked for. */
class FilesIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String TWO_CALLS =
      """
      from workflows import agent
      async def main(args):
          fine = await agent("fine", schema={"type": "integer"})
          broken = await agent("broken", metadata={"fake": {"error": "no luck"}})
          return [fine.value, broken.error]
      """;

  @Test
  void aHomeKeepsItselfOutOfGitAndToItsOwner() throws IOException {
    owf.output(TWO_CALLS);
    owf.json("artifacts", "latest");

    assertThat(owf.home().resolve(".gitignore")).hasContent("*");
    try (Stream<Path> all = Files.walk(owf.home())) {
      assertThat(all)
          .hasSizeGreaterThan(8)
          .allSatisfy(path ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                  .as(path.toString())
                  .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
    }
  }

  @Test
  void aRunsDirectoryHasNoFileThatNobodyAskedFor() throws IOException {
    Path directory = Path.of(owf.runScript(TWO_CALLS).json().get("run_dir").stringValue());

    assertThat(directory).isAbsolute();
    assertThat(directory.resolve("calls")).doesNotExist();
    assertThat(namesIn(directory))
        .contains("manifest.json", "output.json")
        .isSubsetOf("manifest.json", "output.json", "summary.md");
    assertThat(Json.read(Files.readString(directory.resolve("output.json"))))
        .isEqualTo(Json.read("[0, \"no luck\"]"));
    assertThat(Json.read(Files.readString(directory.resolve("manifest.json"))).isObject()).isTrue();
  }

  @Test
  void aResultsPathsAreMadeWhenAScriptReadsThem() {
    JsonNode output =
        owf.output(
            """
            import os
            from workflows import agent
            async def main(args):
                asked = await agent("the prompt", schema={"type": "integer"})
                not_asked = await agent("nobody looks")
                calls = os.path.join(os.path.dirname(os.path.dirname(asked.prompt_path)))
                def content(path):
                    with open(path, encoding="utf-8") as file:
                        return file.read()
                return {
                    "files": [content(asked.prompt_path), content(asked.output_text_path), content(asked.output_json_path)],
                    "absolute": os.path.isabs(asked.prompt_path),
                    "all_exist": all(
                        path is None or os.path.exists(path)
                        for path in (asked.raw_output_path, asked.transcript_path)),
                    "made_for": os.listdir(calls) == [asked.call_id],
                }
            """);

    assertThat(output)
        .isEqualTo(
            Json.read(
                """
                {"files": ["the prompt", "0", "0"], "absolute": true, "all_exist": true, "made_for": true}
                """));
  }

  @Test
  void artifactsAndExportMakeEveryFileThatTheyTellOf() throws Exception {
    JsonNode run = owf.runScript(TWO_CALLS).json();
    Path away = owf.directory().resolve("away");

    JsonNode artifacts = owf.json("artifacts", run.get("run_id").stringValue());
    JsonNode exported = owf.json("export", run.get("run_id").stringValue(), away.toString());

    assertThat(column(artifacts, "kind"))
        .contains("manifest", "output", "prompt", "output_text", "output_json", "error");
    for (JsonNode artifact : artifacts) {
      Path path = Path.of(artifact.get("path").stringValue());
      assertThat(path).isAbsolute().isRegularFile();
      byte[] content = Files.readAllBytes(path);
      assertThat(artifact.get("size_bytes").longValue()).isEqualTo(content.length);
      assertThat(artifact.get("sha256").stringValue())
          .isEqualTo(
              HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    }
    assertThat(column(exported, "kind")).isEqualTo(column(artifacts, "kind"));
    assertThat(column(exported, "sha256")).isEqualTo(column(artifacts, "sha256"));
    assertThat(column(exported, "path"))
        .allSatisfy(
            path -> assertThat(Path.of(String.valueOf(path))).startsWith(away).isRegularFile());
    assertThat(
            column(exported, "path").stream()
                .map(String::valueOf)
                .filter(path -> path.endsWith("error.txt")))
        .singleElement()
        .satisfies(path -> assertThat(Path.of(path)).hasContent("no luck"));
  }

  private static List<String> namesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}

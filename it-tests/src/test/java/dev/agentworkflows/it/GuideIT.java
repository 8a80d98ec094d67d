package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the guide has readers type works, and shows what the guide says. A block {@code python FILE}
 * is that file; in a block {@code console}, what follows {@code $} is typed, and the lines below
 * come in that order, where {@code ...} stands for anything.
 */
class GuideIT {

  private static final Path ROOT = Path.of(System.getProperty("owf.examples", "")).resolve("..");

  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```(python|console)(?: (\\S+))?\\n(.*?)^```$");
  private static final Pattern RUN_ID = Pattern.compile("run_\\d{8}_\\d{6}_[0-9a-f]{6}");
  private static final Pattern FRONT_MATTER = Pattern.compile("(?s)^---\\n(.*?)\\n---\\n");

  /** A line that was typed, and what the guide shows below it. */
  private record Typed(String command, List<String> shown) {}

  @RegisterExtension static final Owf owf = new Owf();

  @Test
  void theTutorialDoesWhatItSays() throws IOException {
    assertThat(follow(ROOT.resolve("docs/tutorial.md"), directory("tutorial")))
        .as("commands that were typed")
        .isGreaterThan(10);
  }

  @Test
  void theSkillsScriptsRunOffline() throws IOException {
    Path directory = directory("skill");
    follow(ROOT.resolve("SKILL.md"), directory);
    int scripts = 0;
    try (var files = Files.newDirectoryStream(directory, "*.py")) {
      for (Path script : files) {
        scripts++;
        assertThat(typed("owf validate " + script.getFileName(), directory).exitCode()).isZero();
        Finished run = typed("owf run " + script.getFileName(), directory);
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.stdout()).contains("status: done");
      }
    }
    assertThat(scripts).isEqualTo(2);
  }

  @Test
  void theSkillSaysWhatItIsForInItsFrontMatter() throws IOException {
    Matcher front = FRONT_MATTER.matcher(Files.readString(ROOT.resolve("SKILL.md")));

    assertThat(front.find()).isTrue();
    List<String> lines = front.group(1).lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).matches("name: [a-z0-9-]{1,64}");
    assertThat(lines.get(1)).startsWith("description: ").hasSizeBetween(50, 1024);
    assertThat(lines.get(1).substring("description: ".length())).doesNotContain(": ");
  }

  private static Path directory(String name) throws IOException {
    Path directory = Files.createDirectories(owf.directory().resolve(name));
    Path launcher = Owf.write(directory.resolve("bin/owf"), launcher());
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    return directory;
  }

  private static String launcher() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return "#!/bin/sh\nexec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar '%s' \"$@\"\n"
        .formatted(java, System.getProperty("owf.jar", ""));
  }

  /** Gives how many commands were typed. */
  private static int follow(Path page, Path directory) throws IOException {
    int commands = 0;
    Matcher block = BLOCK.matcher(Files.readString(page));
    while (block.find()) {
      String file = block.group(2);
      if (block.group(1).equals("console")) {
        for (Typed typed : session(block.group(3))) {
          check(typed, typed(typed.command(), directory), page);
          commands++;
        }
      } else if (file != null) {
        Owf.write(directory.resolve(file), block.group(3));
      }
    }
    return commands;
  }

  private static List<Typed> session(String block) {
    List<Typed> session = new ArrayList<>();
    for (String line : block.lines().toList()) {
      if (line.startsWith("$ ")) {
        session.add(new Typed(line.substring(2), new ArrayList<>()));
      } else if (!line.isBlank()) {
        session.get(session.size() - 1).shown().add(line.strip());
      }
    }
    return session;
  }

  private static Finished typed(String command, Path directory) {
    return owf.program(List.of("sh", "-c", command))
        .in(directory)
        .without("OWF_HOME")
        .with("PATH", directory.resolve("bin") + ":" + System.getenv().getOrDefault("PATH", ""))
        .run();
  }

  private static void check(Typed typed, Finished finished, Path page) {
    String said = finished.stdout() + finished.stderr();
    int from = 0;
    for (String line : typed.shown()) {
      Matcher found = pattern(line).matcher(said);
      assertThat(found.find(from))
          .as(page.getFileName() + ": `" + typed.command() + "` shows: " + line + "\n" + finished)
          .isTrue();
      from = found.end();
    }
    boolean refused = typed.shown().contains("status: budget_exceeded");
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(refused ? 3 : 0);
  }

  /** Any run's id, any gap between words, and what `...` stands for. */
  private static Pattern pattern(String line) {
    String literal = RUN_ID.matcher(line).replaceAll("RUNID");
    StringBuilder regex = new StringBuilder();
    for (String part : literal.split("\\.\\.\\.", -1)) {
      regex.append(regex.length() == 0 ? "" : ".*");
      List<String> words = new ArrayList<>();
      for (String word : part.split("\\s+", -1)) {
        words.add(word.isEmpty() ? "" : Pattern.quote(word));
      }
      regex.append(String.join("\\s*", words));
    }
    return Pattern.compile(regex.toString().replace("RUNID", "\\E" + RUN_ID.pattern() + "\\Q"));
  }
}

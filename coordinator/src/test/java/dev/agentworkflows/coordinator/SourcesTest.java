package dev.agentworkflows.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no compiler checks in the sources of all modules: line lengths, names of tests, seeds. */
class SourcesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final int MAX_COLUMNS = 120;
  private static final int MAX_TEST_NAME = 60;

  private static final Pattern TEXT_BLOCK = Pattern.compile("(?s)\"\"\".*?\"\"\"");
  private static final Pattern JAVA_TEST =
      Pattern.compile("(?s)@(?:Test|\\w+Test)\\b.*?\\bvoid\\s+(\\w+)\\s*\\(");
  private static final Pattern PYTHON_TEST = Pattern.compile("\\bdef (test_\\w+)\\(");
  private static final Pattern OWN_PROPERTY =
      Pattern.compile("(?:Long\\.getLong|Integer\\.getInteger|Double\\.parseDouble)\\(\\s*\"");

  @Test
  void linesOfJavaHaveAtMost120Columns() throws IOException {
    assertThat(longLines(sources("src/main/java", ".java"), TEXT_BLOCK)).isEmpty();
  }

  @Test
  void linesOfPythonHaveAtMost120Columns() throws IOException {
    assertThat(longLines(sources("python-shim/src", ".py"), Pattern.compile("(?!)"))).isEmpty();
  }

  private static List<String> longLines(List<Path> files, Pattern leftOut) {
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      leftOut
          .matcher(read(file))
          .replaceAll("")
          .lines()
          .filter(line -> line.length() > MAX_COLUMNS)
          .forEach(line -> found.add(ROOT.relativize(file) + ": " + line.strip()));
    }
    return found;
  }

  @Test
  void namesOfTestsAreShort() throws IOException {
    List<String> names = names(sources("src/test/java", ".java"), JAVA_TEST);
    names.addAll(names(sources("adapters-testkit/src/main/java", ".java"), JAVA_TEST));
    names.addAll(names(sources("python-shim/tests", ".py"), PYTHON_TEST));

    assertThat(names).hasSizeGreaterThan(2_000);
    assertThat(names)
        .as("names of tests with at most %d characters", MAX_TEST_NAME)
        .allSatisfy(name -> assertThat(name).hasSizeLessThanOrEqualTo(MAX_TEST_NAME));
  }

  private static List<String> names(List<Path> files, Pattern pattern) {
    List<String> names = new ArrayList<>();
    for (Path file : files) {
      Matcher name = pattern.matcher(read(file));
      while (name.find()) {
        names.add(name.group(1));
      }
    }
    return names;
  }

  /** Numbers of cases and seeds come from {@code Generated}; the others choose what to run. */
  @Test
  void noTestHasASeedOrACountOfItsOwn() throws IOException {
    List<String> chosen = List.of("GeneratedTreesTest.java", "ProcessTableCost.java");

    assertThat(sources("src/test/java", ".java"))
        .filteredOn(file -> !chosen.contains(file.getFileName().toString()))
        .filteredOn(file -> OWN_PROPERTY.matcher(read(file)).find())
        .isEmpty();
  }

  /** Of all modules, below a directory of the project or of each module. */
  private static List<Path> sources(String below, String ending) throws IOException {
    List<Path> roots = new ArrayList<>(List.of(ROOT.resolve(below)));
    try (Stream<Path> modules = Files.list(ROOT)) {
      modules.map(module -> module.resolve(below)).forEach(roots::add);
    }
    List<Path> sources = new ArrayList<>();
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> files = Files.walk(root)) {
          files.filter(file -> file.toString().endsWith(ending)).forEach(sources::add);
        }
      }
    }
    assertThat(sources).as("sources below %s", below).isNotEmpty();
    return sources;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

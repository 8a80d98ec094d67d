package dev.agentworkflows.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links lead somewhere, every page can be found, lines wrap, and users meet no test's name. */
class DocumentationTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");
  private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *#*$");

  private static final Pattern FRONT_MATTER = Pattern.compile("(?s)\\A---\n.*?\n---\n");
  private static final Pattern COMMENT = Pattern.compile("(?s)<!--.*?-->");

  private static final int MAX_COLUMNS = 100;

  private static final Pattern TEST_NAME =
      Pattern.compile("\\b[A-Z]\\w*[a-z](Test|IT)\\b|\\btest_\\w+\\.py\\b");

  /** Pages for those who change the program, or promise with the test beside it. */
  private static final Pattern FOR_DEVELOPERS =
      Pattern.compile(
          "docs/(design|adr)/.*|examples/.*"
              + "|(ARCHITECTURE|CONTRIBUTING|DEPENDENCIES|SECURITY|VERSIONING)\\.md");

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (Path directory : List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("examples"))) {
      int depth = directory.equals(ROOT) ? 1 : 3;
      try (Stream<Path> files = Files.walk(directory, depth)) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
      }
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aLinkLeadsToAFileAndToAHeadingInIt(Path page) {
    List<String> dead = new ArrayList<>();
    Matcher link =
        LINK.matcher(CODE.matcher(FENCE.matcher(read(page)).replaceAll("")).replaceAll("x"));
    while (link.find()) {
      String target = link.group(1);
      if (target.matches("[a-z]+:.*")) {
        continue;
      }
      int hash = target.indexOf('#');
      String file = hash < 0 ? target : target.substring(0, hash);
      Path there = file.isEmpty() ? page : page.resolveSibling(file).normalize();
      if (!there.startsWith(ROOT) || !Files.exists(there)) {
        dead.add(target + ": no such file");
      } else if (hash >= 0 && !anchors(there).contains(target.substring(hash + 1))) {
        dead.add(target + ": no such heading");
      }
    }

    assertThat(dead).as("links of " + ROOT.relativize(page) + " that lead nowhere").isEmpty();
  }

  /** As GitHub makes them. */
  private static Set<String> anchors(Path page) {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    Matcher heading = HEADING.matcher(FENCE.matcher(read(page)).replaceAll(""));
    while (heading.find()) {
      String anchor =
          heading
              .group(1)
              .toLowerCase(Locale.ROOT)
              .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-');
      int before = seen.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? anchor : anchor + "-" + before);
    }
    return anchors;
  }

  @Test
  void theIndexNamesEveryPage() throws IOException {
    String index = read(ROOT.resolve("docs/README.md"));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      assertThat(
              files
                  .filter(file -> file.toString().endsWith(".md"))
                  .map(file -> ROOT.resolve("docs").relativize(file).toString())
                  .filter(file -> !file.equals("README.md")))
          .as("pages that docs/README.md does not lead to: add a row for each")
          .allMatch(file -> index.contains("](" + file + ")"));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void proseWrapsAt100Columns(Path page) {
    // Written by a program, from texts that terminals wrap.
    assumeThat(relative(page)).doesNotStartWith("docs/reference/");
    String prose = FRONT_MATTER.matcher(FENCE.matcher(read(page)).replaceAll("")).replaceAll("");

    assertThat(prose.lines().filter(line -> !line.startsWith("|")))
        .as("lines of %s", relative(page))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(MAX_COLUMNS));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void aPageThatUsersReadNamesNoTest(Path page) {
    assumeThat(relative(page)).doesNotMatch(FOR_DEVELOPERS);
    String shown = COMMENT.matcher(FENCE.matcher(read(page)).replaceAll("")).replaceAll("");

    assertThat(TEST_NAME.matcher(shown).results().map(MatchResult::group))
        .as("tests that %s names: docs/design/tests.md is the page for them", relative(page))
        .isEmpty();
  }

  private static String relative(Path page) {
    return ROOT.relativize(page).toString().replace(File.separatorChar, '/');
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

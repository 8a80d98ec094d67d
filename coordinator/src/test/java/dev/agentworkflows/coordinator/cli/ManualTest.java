package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.secret.Redactor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Every command explains itself, and what it says of itself is so. */
class ManualTest {

  private static final Path ROOT = Path.of("..");
  private static final Path REFERENCE = ROOT.resolve("docs/reference/commands.md");

  private static final Pattern SHELL_WORD = Pattern.compile("(?:'([^']*)'|([^\\s'|>)]+))|([|>])");

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final Console screen = Console.on(shown, shown, new Redactor(Map.of()));
  private final CommandTable table =
      new CommandTable(
          screen, new Environment(Map.of(), new UserCache(Path.of("no-cache")), Clock.systemUTC()));

  static List<String> commands() {
    return CommandTable.names();
  }

  private ManualPage page(String command) {
    return ManualPage.of(command, table.commandLine(command));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aCommandHasADescriptionAndAnExample(String command) {
    ManualPage page = page(command);
    String todo =
        "`owf %s` lacks something: put @Manual(description = \"…\", examples = \"owf %s …\", seeAlso = …) above its class %s"
            .formatted(
                command,
                command,
                table.commandLine(command).getCommandSpec().userObject().getClass().getName());

    assertThat(page.summary()).as("@Command(description) of " + command).endsWith(".");
    assertThat(page.description()).as(todo).isNotEmpty().noneMatch(String::isBlank);
    assertThat(page.examples()).as(todo).anyMatch(line -> line.startsWith("owf "));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void anExampleIsACommandLineThatCanBeParsed(String command) {
    for (String example : page(command).examples()) {
      if (example.startsWith("#")) {
        continue;
      }
      List<String> words = words(example);
      assertThat(words.get(0)).as(example + ": the program").isEqualTo("owf");
      int named = CommandTable.names().contains(words.get(1) + " " + word(words, 2)) ? 3 : 2;
      String other = String.join(" ", words.subList(1, named));
      assertThat(CommandTable.names()).as(example).contains(other);
      CommandLine line = table.commandLine(other);

      assertThatCode(
              () -> line.parseArgs(words.subList(named, words.size()).toArray(String[]::new)))
          .as(
              "the example `%s` in @Manual of `owf %s`: write one that its options allow",
              example, command)
          .doesNotThrowAnyException();
    }
  }

  private static String word(List<String> words, int index) {
    return index < words.size() ? words.get(index) : "";
  }

  /** The words of the first program of a line. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    // A shell may read what the program prints: source <(owf …).
    Matcher word = SHELL_WORD.matcher(line.replace("source <(", ""));
    while (word.find() && word.group(3) == null) {
      words.add(word.group(1) != null ? word.group(1) : word.group(2));
    }
    return words;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void anOptionWithAValueSaysWhatHoldsWithoutIt(String command) {
    for (OptionSpec option : table.commandLine(command).getCommandSpec().options()) {
      String description = String.join(" ", option.description());
      assertThat(description).as(command + " " + option.longestName()).endsWith(".");
      if (option.arity().max() > 0 && !option.required() && !option.isMultiValue()) {
        assertThat(description)
            .as(
                "the description of %s of `owf %s`: end it with `Default: ….`",
                option.longestName(), command)
            .contains("Default: ");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whatAPageNamesIsThere(String command) {
    for (String other : page(command).seeAlso()) {
      if (other.contains("/")) {
        assertThat(ROOT.resolve(other)).as("seeAlso of `owf " + command + "`").isRegularFile();
      } else {
        assertThat(CommandTable.names()).as("seeAlso of `owf " + command + "`").contains(other);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpShowsThePageIn80Columns(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.add("--help");

    int code = table.run(arguments.toArray(String[]::new));

    String help = shown();
    assertThat(code).isZero();
    assertThat(help)
        .startsWith("NAME\n  owf " + command + " - ")
        .contains(
            "\nSYNOPSIS\n", "\nDESCRIPTION\n", "\nOPTIONS\n", "\nEXAMPLES\n", "\nEXIT CODES\n");
    assertThat(help.lines().filter(line -> !line.strip().matches("(owf|source) .*")))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @Test
  void theListOfCommandsNamesThemAllIn80Columns() {
    assertThat(table.run("--help")).isZero();

    assertThat(shown().lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(81));
    assertThat(CommandTable.names())
        .allSatisfy(command -> assertThat(shown()).contains("\n  " + command + " "));
  }

  private String shown() {
    screen.flush();
    return shown.toString(StandardCharsets.UTF_8);
  }

  /** {@code -Dreference.write=true} writes it. */
  @Test
  void theCommandReferenceIsUpToDate() throws IOException {
    StringBuilder reference =
        new StringBuilder(
            """
            # Commands

            Made from the commands themselves; [how](../../CONTRIBUTING.md#how-we-test).

            """);
    CommandTable.names()
        .forEach(name ->
            reference
                .append("- [`owf ")
                .append(name)
                .append("`](#owf-")
                .append(name.replace(' ', '-'))
                .append("): ")
                .append(page(name).summary())
                .append('\n'));
    CommandTable.names().forEach(name -> reference.append('\n').append(page(name).markdown()));
    if (Boolean.getBoolean("reference.write")) {
      Files.createDirectories(REFERENCE.getParent());
      Files.writeString(REFERENCE, reference);
    }

    assertThat(REFERENCE)
        .as("out of date: run ManualTest with -Dreference.write=true and commit what it wrote")
        .hasContent(reference.toString());
  }
}

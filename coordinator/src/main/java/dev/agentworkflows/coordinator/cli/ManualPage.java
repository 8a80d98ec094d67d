package dev.agentworkflows.coordinator.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * All that is to be said about one command, from its picocli model and its {@link Manual}.
 *
 * @param name without {@code owf}
 * @param exitCodes each with its meaning after a blank
 * @param examples command lines, and lines beginning with {@code #} that say what the next one does
 */
record ManualPage(
    String name,
    String summary,
    String synopsis,
    List<String> description,
    List<Entry> parameters,
    List<Entry> options,
    List<String> exitCodes,
    List<String> examples,
    List<String> seeAlso) {

  private static final List<String> USUAL_EXIT_CODES =
      List.of("0 It went well.", "2 Bad usage, or an unknown id, file or provider.");

  private static final String REMOTE_OPTIONS =
      "With --coordinator HOST:PORT (or OWF_COORDINATOR) a remote coordinator is asked instead of"
          + " a home of this machine; --token-file, --tls, --ca, --client-cert and --client-key lead"
          + " there. See docs/remote.md.";

  /** A parameter or an option as it is written, and what it means. */
  record Entry(String written, String meaning) {}

  /** The page of a command that is called {@code owf NAME}. */
  static ManualPage of(String name, CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    Manual manual = spec.userObject().getClass().getAnnotation(Manual.class);
    return new ManualPage(
        name,
        String.join(" ", spec.usageMessage().description()),
        synopsis(name, spec),
        description(name, spec, manual),
        spec.positionalParameters().stream()
            .map(parameter -> new Entry(parameter.paramLabel(), meaning(parameter)))
            .toList(),
        spec.options().stream()
            .sorted(Comparator.comparing(OptionSpec::longestName))
            .map(option -> new Entry(written(option), meaning(option)))
            .toList(),
        Stream.concat(
                USUAL_EXIT_CODES.stream(),
                manual == null ? Stream.empty() : Stream.of(manual.exitCodes()))
            .sorted(Comparator.comparing(ManualPage::number))
            .toList(),
        manual == null ? List.of() : List.of(manual.examples()),
        manual == null ? List.of() : List.of(manual.seeAlso()));
  }

  private static int number(String exitCode) {
    return Integer.parseInt(exitCode.substring(0, exitCode.indexOf(' ')));
  }

  /** Only what must be there is named: the options have a section of their own. */
  private static String synopsis(String name, CommandSpec spec) {
    List<String> words = new ArrayList<>(List.of("owf " + name, "[OPTION...]"));
    spec.options().stream()
        .filter(option -> option.required() && option.group() == null)
        .map(ManualPage::written)
        .forEach(words::add);
    spec.argGroups().forEach(group -> words.add(group.synopsis()));
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      String label = parameter.paramLabel();
      words.add(parameter.arity().min() == 0 ? "[" + label + "]" : label);
    }
    return String.join(" ", words);
  }

  private static List<String> description(String name, CommandSpec spec, @Nullable Manual manual) {
    List<String> paragraphs = new ArrayList<>();
    if (manual == null) {
      paragraphs.add(String.join(" ", spec.usageMessage().footer()).strip());
    } else {
      paragraphs.addAll(List.of(manual.description()));
    }
    if (Remote.isRemoteCommand(name)) {
      paragraphs.add(REMOTE_OPTIONS);
    }
    return List.copyOf(paragraphs);
  }

  private static String written(OptionSpec option) {
    String names = String.join(", ", option.names());
    return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
  }

  private static String meaning(ArgSpec argument) {
    return String.join(" ", argument.description());
  }

  /** As a terminal of 80 columns shows it. */
  List<String> lines() {
    PageLines page = new PageLines();
    page.heading("Name").text("owf " + name + " - " + lowerFirst(summary));
    page.heading("Synopsis").text(synopsis);
    page.heading("Description");
    description.forEach(page::paragraph);
    if (!parameters.isEmpty()) {
      page.heading("Parameters");
      parameters.forEach(entry -> page.entry(entry.written(), entry.meaning()));
    }
    page.heading("Options");
    options.forEach(entry -> page.entry(entry.written(), entry.meaning()));
    if (!examples.isEmpty()) {
      page.heading("Examples");
      examples.forEach(page::verbatim);
    }
    page.heading("Exit codes");
    exitCodes.forEach(page::text);
    if (!seeAlso.isEmpty()) {
      page.heading("See also").text(String.join(", ", named(seeAlso)));
    }
    return page.lines();
  }

  private static List<String> named(List<String> others) {
    return others.stream().map(other -> other.contains("/") ? other : "owf " + other).toList();
  }

  private static String lowerFirst(String text) {
    String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return bare.substring(0, 1).toLowerCase(Locale.ROOT) + bare.substring(1);
  }

  /** As a section of the command reference. */
  String markdown() {
    StringBuilder page = new StringBuilder();
    page.append("## `owf ").append(name).append("`\n\n").append(escaped(summary)).append("\n\n");
    page.append("```\n").append(synopsis).append("\n```\n\n");
    description.forEach(paragraph -> page.append(escaped(paragraph)).append("\n\n"));
    table(page, "parameter", parameters);
    table(page, "option", options);
    if (!examples.isEmpty()) {
      page.append("```sh\n").append(String.join("\n", examples)).append("\n```\n\n");
    }
    page.append("Exit codes: ")
        .append(exitCodes.stream().map(ManualPage::exitCode).collect(Collectors.joining("; ")))
        .append(".\n");
    if (!seeAlso.isEmpty()) {
      page.append("\nSee also: ")
          .append(seeAlso.stream().map(ManualPage::link).collect(Collectors.joining(", ")))
          .append(".\n");
    }
    return page.toString();
  }

  private static void table(StringBuilder page, String of, List<Entry> entries) {
    if (!entries.isEmpty()) {
      page.append("| ").append(of).append(" | |\n|---|---|\n");
      entries.forEach(entry ->
          page.append("| `")
              .append(entry.written().replace("|", "\\|"))
              .append("` | ")
              .append(escaped(entry.meaning()))
              .append(" |\n"));
      page.append('\n');
    }
  }

  private static String exitCode(String entry) {
    String meaning = entry.substring(entry.indexOf(' ') + 1);
    return number(entry) + " " + escaped(lowerFirst(meaning));
  }

  /** Pages are named from the top of the repository, and the reference is two directories below. */
  private static String link(String other) {
    return other.contains("/")
        ? "[" + other + "](../../" + other + ")"
        : "[`owf " + other + "`](#owf-" + other.replace(' ', '-') + ")";
  }

  private static String escaped(String text) {
    return text.replace("<", "&lt;").replace("|", "\\|").replace("*", "\\*");
  }
}

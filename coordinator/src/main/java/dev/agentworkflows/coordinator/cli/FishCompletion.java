package dev.agentworkflows.coordinator.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the completion script for fish, for which picocli has none. */
final class FishCompletion {

  private static final String FUNCTIONS =
      """
      # Completions of owf for fish, made by `owf completion fish`.

      # The command that is named so far; fails when none is.
      function __owf_command
          set -l words (commandline -opc)
          set -e words[1]
          if contains -- "$words[1] $words[2]" %s
              echo "$words[1] $words[2]"
          else if test -n "$words[1]"
              echo $words[1]
          else
              return 1
          end
      end

      function __owf_in
          set -l found (__owf_command)
          test "$found" = "$argv"
      end

      # Of the home that commands look into from here; no program is started.
      function __owf_runs
          echo latest
          set -l home $OWF_HOME
          if test -z "$home"
              set -l place (pwd -P)
              while test ! -e $place/.workflows/workflow.sqlite -a ! -e $place/.git -a -n "$place"
                  set place (string replace -r '/[^/]*$' '' -- $place)
              end
              set home $place/.workflows
          end
          for run in $home/runs/run_*
              string replace -r '.*/' '' -- $run
          end
      end

      complete -c owf -e
      complete -c owf -f
      """;

  private final List<String> lines = new ArrayList<>();

  private FishCompletion() {}

  /** The whole script. */
  static String of(Commands table) {
    FishCompletion script = new FishCompletion();
    Set<String> firstWords = new LinkedHashSet<>();
    Map<String, CommandSpec> commands = new LinkedHashMap<>();
    table.all().forEach(name -> commands.put(name, table.commandLine(name).getCommandSpec()));
    commands.forEach((name, spec) -> {
      String[] words = name.split(" ", 2);
      String summary = String.join(" ", spec.usageMessage().description());
      if (words.length == 2) {
        script.add("-n '__owf_in " + words[0] + "' -a " + words[1], summary);
      }
      if (firstWords.add(words[0])) {
        script.add("-n 'not __owf_command' -a " + words[0], words.length == 2 ? "" : summary);
      }
      script.command(name, spec);
    });
    String twoWords =
        commands.keySet().stream()
            .filter(name -> name.contains(" "))
            .map(FishCompletion::quoted)
            .collect(Collectors.joining(" "));
    return FUNCTIONS.formatted(twoWords) + String.join("\n", script.lines) + "\n";
  }

  private void command(String name, CommandSpec spec) {
    String in = "-n '__owf_in " + name + "'";
    for (OptionSpec option : spec.options()) {
      add(in + names(option) + value(option), String.join(" ", option.description()));
    }
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      if (parameter.paramLabel().equals("RUN")) {
        add(in + " -a '(__owf_runs)'", "");
      } else if (isFile(parameter)) {
        add(in + " -F", "");
      } else if (parameter.completionCandidates() != null) {
        add(in + " -a " + quoted(String.join(" ", parameter.completionCandidates())), "");
      }
    }
  }

  private static String names(OptionSpec option) {
    StringBuilder names = new StringBuilder();
    for (String name : option.names()) {
      names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    return names.toString();
  }

  private static String value(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "";
    }
    if (isFile(option)) {
      return " -r -F";
    }
    return option.completionCandidates() == null
        ? " -x"
        : " -x -a " + quoted(String.join(" ", option.completionCandidates()));
  }

  private static boolean isFile(ArgSpec argument) {
    return argument.type().equals(Path.class);
  }

  private void add(String what, String description) {
    lines.add(
        "complete -c owf " + what + (description.isEmpty() ? "" : " -d " + quoted(description)));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}

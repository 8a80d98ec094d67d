package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

@CommandLine.Command(
    name = "completion",
    description = "Print a script with which a shell completes command lines of owf.")
@Manual(
    description = {
      "To be read by the shell at its start. It knows commands, options, files and the names of"
          + " templates; in fish the ids of runs, too. Nothing of this program is started while you"
          + " type.",
      "It is for a command that is called owf: put the launcher on your PATH, or make an alias."
    },
    examples = {
      "# bash: put this into ~/.bashrc",
      "source <(owf completion bash)",
      "# zsh: put this into ~/.zshrc",
      "source <(owf completion zsh)",
      "# fish: once",
      "owf completion fish > ~/.config/fish/completions/owf.fish"
    },
    seeAlso = "doctor")
final class CompletionCommand extends Command {

  /** What there are scripts for. */
  static final class Shells extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Shells() {
      super(List.of("bash", "zsh", "fish"));
    }
  }

  @CommandLine.Parameters(
      paramLabel = "SHELL",
      completionCandidates = Shells.class,
      description = "bash, zsh or fish.")
  private String shell = "";

  private final Commands.Opener commands;

  CompletionCommand(Console screen, Environment environment, Commands.Opener commands) {
    super(screen, environment);
    this.commands = commands;
  }

  @Override
  public Integer call() {
    Commands table = commands.on(screen(), environment());
    screen()
        .text(
            switch (shell) {
              // One script for both: zsh reads it with its bashcompinit.
              case "bash", "zsh" -> AutoComplete.bash("owf", tree(table));
              case "fish" -> FishCompletion.of(table);
              default ->
                  throw new RefusedException(
                      "no completion for the shell '"
                          + shell
                          + "'; there is one for: "
                          + String.join(", ", new Shells())
                          + ".");
            });
    return ExitCode.FINE;
  }

  /** All commands at once, which no other command needs. */
  private static CommandLine tree(Commands table) {
    CommandLine root = new CommandLine(CommandSpec.create().name("owf"));
    for (String name : table.all()) {
      int blank = name.indexOf(' ');
      CommandLine parent = blank < 0 ? root : group(root, name.substring(0, blank));
      String word = name.substring(blank + 1);
      parent.addSubcommand(word, table.commandLine(name).setCommandName(word));
    }
    return root;
  }

  private static CommandLine group(CommandLine root, String word) {
    CommandLine there = root.getSubcommands().get(word);
    if (there != null) {
      return there;
    }
    CommandLine made = new CommandLine(CommandSpec.create().name(word));
    root.addSubcommand(word, made);
    return made;
  }
}

package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.cli.refusal.RefusalText;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.store.StoreException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that looks at what is recorded. */
abstract class ReadingCommand extends Command {

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "Where runs are recorded. Default: OWF_HOME, else the project's .workflows, else the one used last.")
  private @Nullable Path home;

  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  ReadingCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  boolean json() {
    return json;
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public final Integer call() {
    return allHomes() ? readAllHomes() : readHome(where());
  }

  /** Whether all homes of this user are read, one after another. */
  boolean allHomes() {
    return false;
  }

  /** Prints what was found in all homes. */
  int printAll() {
    throw new IllegalStateException("this command reads one home");
  }

  /** All homes of this user, under the rules that hold for one. */
  int readAllHomes() {
    for (Path one : all()) {
      try {
        readHome(environment().homes().opened(one));
      } catch (RefusedException e) {
        screen().note("owf: left out: " + RefusalText.of(e));
      } catch (StoreException e) {
        screen().note("owf: left out: " + e.getMessage());
      }
    }
    return printAll();
  }

  final List<Path> all() {
    if (home != null) {
      throw new RefusedException("--all-homes and --home go not together: pass one of them.");
    }
    return environment().homes().all();
  }

  private int readHome(WorkflowHome where) {
    // One that can't be told of is opened, which says why.
    if (Files.notExists(where.database())) {
      return withoutAnyRun(where);
    }
    try (OpenHome opened = opened(where)) {
      return show(opened);
    } catch (JsonTextException | InvalidPathException | DateTimeException | ArithmeticException e) {
      throw new RefusedException(
          where.database()
              + " is damaged or was changed by another program: "
              + (e instanceof JsonTextException ? e.getMessage() : "it holds no such value")
              + ".",
          e);
    }
  }

  /** A home that has a database; runs of dead coordinators are marked. */
  final OpenHome opened(WorkflowHome where) {
    return isReadOnly()
        ? OpenHome.openToRead(
            where,
            environment(),
            screen()::redactor,
            why -> screen().note("owf: runs whose coordinators died are shown as they are: " + why))
        : OpenHome.open(where, environment(), screen()::redactor);
  }

  private WorkflowHome where() {
    return isReadOnly()
        ? environment().homes().forReading(home, note -> screen().note("owf: " + note))
        : environment().homes().existing(home);
  }

  /**
   * Whether nothing changes by the command but files for its reader. Only then may it show the home
   * that was used last where the project has none.
   */
  boolean isReadOnly() {
    return true;
  }

  /** Does the command's work; the runs of dead coordinators are marked already. */
  abstract int show(OpenHome home);

  /** What to do in a home that has no database. */
  int withoutAnyRun(WorkflowHome where) {
    throw new RefusedException(new HomeRefusal.NoRuns(where.directory()));
  }
}

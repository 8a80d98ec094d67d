package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.AdapterJars;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.shim.Python;
import dev.agentworkflows.store.RunStore;
import dev.agentworkflows.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;

@CommandLine.Command(
    name = "doctor",
    description = "Check that workflows can run here, and say what to do where they can't.")
final class DoctorCommand extends Command {

  @CommandLine.Option(
      names = "--home",
      paramLabel = "DIR",
      description = "The home to check. Default: OWF_HOME, else ./.workflows.")
  private @Nullable Path home;

  @CommandLine.Option(
      names = "--python",
      paramLabel = "FILE",
      description = "The interpreter to check.")
  private @Nullable String python;

  @CommandLine.Mixin private AdaptersOption adapters = new AdaptersOption();

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  private record Finding(String check, boolean fine, String detail) {}

  private interface Check {
    String detail() throws IOException, InterruptedException;
  }

  DoctorCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        finding("java", () -> Runtime.version() + " at " + System.getProperty("java.home")));
    findings.add(finding("python", this::python));
    findings.add(finding("git", DoctorCommand::git));
    findings.add(finding("cache", this::cache));
    findings.add(finding("home", this::home));
    findings.add(finding("adapters", this::adapters));
    findings.add(finding("providers", this::providers));
    findings.add(finding("prices", this::prices));
    boolean fine = findings.stream().allMatch(Finding::fine);
    if (json) {
      ArrayNode list = Json.array();
      findings.forEach(f ->
          list.addObject().put("check", f.check()).put("ok", f.fine()).put("detail", f.detail()));
      screen().json(Json.object().put("ok", fine).set("checks", list));
    } else {
      findings.forEach(f ->
          screen()
              .line("%-6s %-10s %s".formatted(f.fine() ? "ok" : "FAULT", f.check(), f.detail())));
    }
    return fine ? ExitCode.FINE : ExitCode.FAILED;
  }

  private static Finding finding(String name, Check check) {
    try {
      return new Finding(name, true, check.detail());
    } catch (RefusedException | StoreException e) {
      return new Finding(name, false, String.valueOf(e.getMessage()).replace('\n', ' '));
    } catch (IOException e) {
      return new Finding(name, false, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Finding(name, false, "interrupted");
    }
  }

  private String python() {
    Python found = Python.find(python, environment().variables(), environment().cache());
    return found.version() + " at " + found.executable();
  }

  /** Isolation needs it; nothing else does. */
  private static String git() throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder("git", "--version").redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new RefusedException(
          "no git on PATH; install it for calls with isolation=\"worktree\".", e);
    }
    process.getOutputStream().close();
    String answer =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new RefusedException("git does not work: " + answer);
    }
    return answer;
  }

  private String cache() throws IOException {
    Path directory = environment().cache().directory();
    Files.createDirectories(directory);
    if (!Files.isWritable(directory)) {
      throw new RefusedException(
          "cannot write to "
              + directory
              + ". Set XDG_CACHE_HOME to a directory that can be written to.");
    }
    return directory.toString();
  }

  private String home() {
    WorkflowHome where = WorkflowHome.forInit(home, environment().variables());
    if (!Files.exists(where.database())) {
      Path there = where.directory();
      while (there != null && !Files.exists(there)) {
        there = there.getParent();
      }
      if (there == null || !Files.isWritable(there)) {
        throw new RefusedException(
            "cannot write to " + there + ". Pass --home DIR, or set OWF_HOME.");
      }
      return where.directory() + " (not made yet)";
    }
    Stores.prepare(environment());
    RunStore.open(where.database()).close();
    return where.directory().toString();
  }

  private String adapters() {
    try (AdapterJars jars = adapters.jars(environment())) {
      if (!jars.warnings().isEmpty()) {
        throw new RefusedException(String.join("; ", jars.warnings()));
      }
      return jars.found().size() + " in " + adapters.directory(environment()).path();
    }
  }

  private String prices() {
    return Prices.of(environment().variables()).tables().stream()
        .map(table -> table.entries().size() + " in " + table.origin())
        .collect(Collectors.joining(", "));
  }

  private String providers() {
    try (Providers providers =
        Providers.load(environment().variables(), adapters.jars(environment()))) {
      return String.join(", ", providers.names());
    }
  }
}

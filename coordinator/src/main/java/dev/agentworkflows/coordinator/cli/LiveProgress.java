package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.progress.LiveConsole;
import dev.agentworkflows.coordinator.progress.ProgressPage;
import dev.agentworkflows.coordinator.progress.TerminalSize;
import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Progress drawn on a terminal, below all that is printed meanwhile, whoever prints it. */
final class LiveProgress extends Progress {

  private static final int MAX_PHASES_TOLD = 1000;

  private final Console screen;
  private final Map<String, String> environment;
  private final boolean colours;
  private final LiveConsole console;
  private final OutputStream above;
  private final Set<String> phasesTold = ConcurrentHashMap.newKeySet();
  private volatile Supplier<Optional<RunSnapshot>> view = Optional::empty;
  private @Nullable TerminalSize size;

  LiveProgress(Console screen, Map<String, String> environment) {
    this.screen = screen;
    this.environment = environment;
    this.colours = environment.getOrDefault("NO_COLOR", "").isEmpty();
    this.console = LiveConsole.start(screen.drawing(), this::lines);
    this.above = console.above();
    screen.divert(above);
  }

  @Override
  void watch(Supplier<Optional<RunSnapshot>> watched) {
    view = watched;
  }

  /** Once each: where branches go through phases side by side, the bars tell more. */
  @Override
  boolean showsPhase(String phase) {
    return phasesTold.size() < MAX_PHASES_TOLD && phasesTold.add(phase);
  }

  @Override
  void line(String line) {
    console.offer(screen.redactor().redact(line) + "\n");
  }

  @Override
  void prompt(String text) {
    console.offer(screen.redactor().redact(text));
  }

  /** Both go the same way, so that they stay in order; unless one goes to a file. */
  @Override
  ScriptOutput scriptOutput() {
    return new ScriptOutput(screen.onTerminal() ? above : null, above, false, false);
  }

  private List<String> lines() {
    return view.get().map(this::lines).orElse(List.of());
  }

  private List<String> lines(RunSnapshot run) {
    if (size == null) {
      // Not before something is drawn: a short run needs no terminal library.
      size = screen.terminal().size(environment);
    }
    TerminalSize.Size now = size.now();
    Redactor redactor = screen.redactor();
    return ProgressPage.lines(run, now.columns(), now.rows(), colours).stream()
        .map(redactor::redact)
        .toList();
  }

  @Override
  public void close() {
    screen.flush();
    console.close();
    screen.divert(null);
    if (size != null) {
      size.close();
    }
  }
}

package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.home.Homes;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.progress.Terminal;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CacheUse;
import dev.agentworkflows.store.CallAttempts;
import dev.agentworkflows.store.CallCompletionRow;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallStart;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallUsage;
import dev.agentworkflows.store.CallValidation;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.KeptWorktree;
import dev.agentworkflows.store.RunCompletionRow;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Commands as they are typed, run in this process on a home of their own. */
final class CommandDesk {

  static final String RUN = "run_20261122_120000_abcdef";
  static final String CALL = RUN + "_call_0001";

  /** What a command said, and how it ended. */
  record Said(List<String> words, int exitCode, String out, String err) {}

  private final Map<String, String> variables = new HashMap<>();
  private final Path home;
  private boolean terminal;

  CommandDesk(Path directory) {
    home = directory.resolve("home");
    variables.put("HOME", directory.resolve("user").toString());
    variables.put("PATH", System.getenv().getOrDefault("PATH", ""));
    variables.put("OWF_HOME", home.toString());
  }

  Path homePath() {
    return home;
  }

  /** The home, which is made when it is missing. */
  WorkflowHome home() {
    return Homes.of(variables, UserCache.of(variables)).made(home);
  }

  /** From now on people look at what commands print. */
  CommandDesk onTerminal() {
    terminal = true;
    return this;
  }

  Said run(String... words) {
    return run(Map.of(), words);
  }

  Said run(Map<String, String> more, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console screen = Console.on(out, err, new Redactor(Map.of()), Terminal.none(terminal));
    Map<String, String> all = new HashMap<>(variables);
    all.putAll(more);
    Environment environment =
        new Environment(
            Map.copyOf(all), UserCache.of(all), Clock.fixed(Records.NOON, ZoneOffset.UTC));
    int code = new CommandTable(screen, environment).run(words);
    screen.flush();
    return new Said(
        List.of(words),
        code,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8));
  }

  /** Records a run with two calls, one done and one failed, whose every text is this one. */
  void record(String text) throws Exception {
    WorkflowHome made = home();
    Path directory = made.runDirectory(RUN);
    Files.createDirectories(directory);
    String json = Json.write(Json.object().put("text", text));
    try (Store store = Store.open(made.database())) {
      store
          .writer()
          .addRun(
              Records.run(RUN)
                  .status(RunStatus.RUNNING)
                  .workflowName(text)
                  .directory(directory.toString())
                  .build())
          .join();
      store
          .writer()
          .addEvent(new EventRecord(RUN, 1, EventType.LOG, text, text, json, Records.NOON))
          .join();
      store
          .writer()
          .addEvent(new EventRecord(RUN, 2, EventType.PHASE, text, text, "{}", Records.NOON))
          .join();
      call(store, 1, CallStatus.DONE, text);
      call(store, 2, CallStatus.PROVIDER_FAILED, text);
      store
          .writer()
          .endRun(
              new RunCompletionRow(
                  RUN,
                  RunStatus.FAILED,
                  json,
                  "ValueError",
                  text,
                  text,
                  30,
                  BigDecimal.ONE,
                  Records.NOON))
          .join();
    }
  }

  private static void call(Store store, int index, CallStatus status, String text) {
    String id = "%s_call_%04d".formatted(RUN, index);
    boolean done = status == CallStatus.DONE;
    store
        .writer()
        .startCall(
            new CallStart(
                new CallIdentity(id, RUN, index, text, text),
                new CacheUse(CacheStatus.MISS, "ab".repeat(32), index, "{\"prompt\":\"p\"}"),
                0,
                new AskedCall("fake", text, text, Isolation.NONE, false, null, null),
                text,
                Records.NOON))
        .join();
    store
        .writer()
        .endCall(
            new CallCompletionRow(
                id,
                status,
                text,
                KeptWorktree.NOTHING,
                CallValidation.NONE,
                new CallUsage(1L, 1L, null, null, BigDecimal.ONE),
                new CallAttempts(1, 0, 5),
                done ? text : null,
                null,
                done ? null : text,
                Records.NOON,
                done ? CallCompletionRow.Remember.ADD : CallCompletionRow.Remember.NO,
                null))
        .join();
  }
}

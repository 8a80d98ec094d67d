package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.FileTree;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CacheUse;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallStart;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.store.WorktreeRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Homes as an attacker prepares them: a real one, in which any text and number of any table and any
 * file is another.
 */
final class HostileHomes {

  private static final String BATCH = "batch_20261122_120000_abcdef";

  private final Random random;
  private final Path model;
  private final HostileValues values;

  /**
   * @param directory of this class alone
   * @param outside what hostile values lead to
   */
  HostileHomes(Path directory, Path outside, Random random) throws Exception {
    this.random = random;
    this.values = new HostileValues(outside, random);
    CommandDesk desk = new CommandDesk(directory);
    desk.record("some text");
    this.model = desk.home().directory();
    fill(desk);
  }

  /** All that a home can hold. */
  private void fill(CommandDesk desk) throws IOException {
    String call = CommandDesk.RUN + "_call_0003";
    try (Store store = Store.open(desk.home().database())) {
      store
          .writer()
          .startCall(
              new CallStart(
                  new CallIdentity(call, CommandDesk.RUN, 3, "isolated", null),
                  new CacheUse(CacheStatus.BYPASSED, null, 1, null),
                  0,
                  new AskedCall("fake", null, null, Isolation.WORKTREE, true, null, null),
                  "edit it",
                  Records.NOON))
          .join();
      store
          .writer()
          .addWorktree(
              WorktreeRecord.planned(
                  call,
                  model.resolveSibling("repository/.git").toString(),
                  model.resolve("x").toString(),
                  "owf/" + CommandDesk.RUN + "/" + call,
                  "c0ffee00".repeat(5)))
          .join();
      store
          .writer()
          .addApproval(
              new ApprovalRecord(
                  CommandDesk.RUN,
                  1,
                  "go on?",
                  null,
                  null,
                  ApprovalStatus.WAITING,
                  null,
                  Records.NOON,
                  null))
          .join();
    }
    desk.run("artifacts", "latest");
    desk.run("report", "latest", "--html");
    Path worktree = model.resolve("runs").resolve(CommandDesk.RUN).resolve("worktrees/" + call);
    Files.createDirectories(worktree);
    Files.writeString(worktree.resolve("a.txt"), "work");
    Files.createDirectories(model.resolve("batches"));
    Files.writeString(
        model.resolve("batches/" + BATCH + ".json"),
        """
        {"id": "%s", "provider": "anthropic", "provider_batch_id": "b-1", "status": "in_progress",
         "input_file": "/w/prompts.jsonl", "input_sha256": "00", "requests":
         [{"custom_id": "a", "model": "m"}], "created_at": "2026-11-22T12:00:00Z",
         "submitted_at": "2026-11-22T12:00:00Z", "succeeded": 0, "failed": 0, "problem": null,
         "fetched_at": null}
        """
            .formatted(BATCH));
    Files.writeString(model.resolve("batches/" + BATCH + ".results.jsonl"), "{}\n");
    Files.createDirectories(model.resolve("owners"));
    Files.writeString(model.resolve("owners/1-aaaaaaaa"), "");
  }

  /** Puts another home there, and says what is wrong with it. */
  List<String> prepare(Path home) throws Exception {
    copy(model, home);
    List<String> done = new ArrayList<>();
    int changes = 1 + random.nextInt(6);
    for (int i = 0; i < changes; i++) {
      switch (random.nextInt(10)) {
        case 0 -> done.add(changeFile(home));
        case 1 -> done.add(replaceFile(home));
        case 2 -> done.add(changeSchema(home));
        default -> done.add(changeColumn(home));
      }
    }
    return done;
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      FileTree.delete(to);
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private Connection connect(Path home) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + home.resolve("workflow.sqlite"));
  }

  /**
   * Whether SQLite can be let at the database still: through a link it would change what is
   * elsewhere, and a pipe at its log or journal would keep it waiting for ever.
   */
  private static boolean hasDatabase(Path home) {
    return Files.isRegularFile(home.resolve("workflow.sqlite"), LinkOption.NOFOLLOW_LINKS)
        && Stream.of("-wal", "-shm", "-journal")
            .map(suffix -> home.resolve("workflow.sqlite" + suffix))
            .allMatch(file ->
                Files.notExists(file, LinkOption.NOFOLLOW_LINKS)
                    || Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
  }

  private String changeColumn(Path home) throws SQLException {
    if (!hasDatabase(home)) {
      return "there is no database that SQLite could open";
    }
    try (Connection connection = connect(home);
        Statement statement = connection.createStatement()) {
      List<String> columns = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              """
              SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
              WHERE t.type = 'table' AND c.name NOT IN ('position')
              """)) {
        while (rows.next()) {
          columns.add(rows.getString(1));
        }
      }
      if (columns.isEmpty()) {
        return "the database is empty by now";
      }
      String column = columns.get(random.nextInt(columns.size()));
      String table = column.substring(0, column.indexOf('.'));
      String name = column.substring(table.length() + 1);
      HostileValues.Value value = values.any();
      boolean running = random.nextInt(3) == 0;
      try (PreparedStatement update =
          connection.prepareStatement("UPDATE OR IGNORE " + table + " SET " + name + " = ?")) {
        update.setObject(1, value.sql());
        update.executeUpdate();
        if (running) {
          statement.executeUpdate("UPDATE run SET status = 'running', completed_at = NULL");
        }
      } catch (SQLException refused) {
        return column + " takes no " + value;
      }
      return column + " = " + value + (running ? ", running" : "");
    } catch (SQLException damaged) {
      return "the database can't be changed any more";
    }
  }

  private String changeSchema(Path home) {
    String sql =
        List.of(
                "CREATE TRIGGER t AFTER UPDATE ON run BEGIN DELETE FROM call; END",
                "CREATE VIEW v AS SELECT writefile('" + values.written() + "', 'x')",
                "CREATE TABLE more (a)",
                "DROP INDEX run_in_flight",
                "DROP TABLE approval",
                "PRAGMA user_version = " + random.nextInt(9),
                "PRAGMA application_id = 1",
                "PRAGMA journal_mode = DELETE")
            .get(random.nextInt(8));
    if (!hasDatabase(home)) {
      return "there is no database that SQLite could open";
    }
    try (Connection connection = connect(home);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException refused) {
      return "not: " + sql;
    }
    return sql;
  }

  /** Other bytes in a file. */
  private String changeFile(Path home) throws IOException {
    Path file = anyFile(home);
    byte[] content = Files.readAllBytes(file);
    switch (random.nextInt(4)) {
      case 0 -> content = java.util.Arrays.copyOf(content, content.length / 2);
      case 1 -> {
        for (int i = 0; i < 20 && content.length > 0; i++) {
          content[random.nextInt(content.length)] = (byte) random.nextInt(256);
        }
      }
      case 2 -> content = values.any().text().getBytes(StandardCharsets.UTF_8);
      default ->
          content =
              new String(content, StandardCharsets.ISO_8859_1)
                  .replaceAll("\"[a-z_]+\": \"[^\"]*\"", jsonField())
                  .getBytes(StandardCharsets.ISO_8859_1);
    }
    Files.write(file, content);
    return "other bytes in " + home.relativize(file);
  }

  private String jsonField() {
    String[] fields = {"id", "provider", "provider_batch_id", "status", "input_file", "created_at"};
    String field = fields[random.nextInt(fields.length)];
    return "\"" + field + "\": \"" + values.path().replaceAll("[\\\\\"$\\p{Cntrl}]", "") + "\"";
  }

  /** A link, a pipe or a directory in a file's or directory's place, or a file nobody made. */
  private String replaceFile(Path home) throws Exception {
    Path file;
    if (random.nextBoolean()) {
      file = anyFile(home);
    } else {
      String[] names = {
        "workflow.sqlite-wal",
        "workflow.sqlite-shm",
        "workflow.sqlite-journal",
        "owners/2-bbbbbbbb",
        "home-id",
        "usage-limits.json",
        "operator-token",
        "runs",
        "owners",
        "batches",
        "runs/" + CommandDesk.RUN,
        "runs/" + CommandDesk.RUN + "/calls",
        "runs/" + CommandDesk.RUN + "/worktrees",
        "runs/" + CommandDesk.RUN + "/worktrees.lock",
        "runs/" + CommandDesk.RUN + "/cancel-requested",
        "batches/.lock"
      };
      file = home.resolve(names[random.nextInt(names.length)]);
    }
    if (!Files.isDirectory(file.resolveSibling(""))) {
      return "nothing";
    }
    FileTree.delete(file);
    int kind = random.nextInt(4);
    if (kind == 0) {
      new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
    } else if (kind == 1) {
      Files.createDirectory(file);
    } else {
      Files.createSymbolicLink(file, values.target());
    }
    return List.of("a pipe", "a directory", "a link", "a link").get(kind)
        + " at "
        + home.relativize(file);
  }

  private Path anyFile(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      List<Path> all =
          files
              .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .sorted()
              .toList();
      return all.isEmpty()
          ? Files.createFile(home.resolve("new-" + random.nextInt(1000)))
          : all.get(random.nextInt(all.size()));
    }
  }
}

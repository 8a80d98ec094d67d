package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.reliability.LoopDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Each cause of a failed first run is made in earnest, and found with its cure. */
class DoctorIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static Owf.Invocation doctor(String... options) {
    return owf.command("doctor", "--json").and(options);
  }

  /** The one fault of this check; there may be none of another. */
  private static void assertFault(Owf.Invocation doctor, String check, String... words) {
    Finished finished = doctor.run();
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(1);
    JsonNode document = finished.json();
    assertThat(document.get("ok").booleanValue()).isFalse();
    assertThat(document.get("checks"))
        .filteredOn(each -> !each.get("ok").booleanValue())
        .as(finished.toString())
        .singleElement()
        .satisfies(fault -> {
          assertThat(fault.get("check").stringValue()).isEqualTo(check);
          assertThat(fault.get("detail").stringValue())
              .contains(words)
              .doesNotContain("\n", "Exception", "unexpected");
        });
  }

  private static JsonNode finding(Finished finished, String check) {
    for (JsonNode each : finished.json().get("checks")) {
      if (each.get("check").stringValue().equals(check)) {
        return each;
      }
    }
    throw new AssertionError("no check " + check + ": " + finished);
  }

  private static Path program(String name, String commands) throws IOException {
    Path program = owf.script(name, "#!/bin/sh\n" + commands + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  private static String path() {
    return System.getenv().getOrDefault("PATH", "");
  }

  @Test
  void whereAllIsWellItSaysWhatItFound() {
    Finished json = doctor().run();
    Finished lines = owf.run("doctor");

    assertThat(json.exitCode()).as(json.toString()).isZero();
    assertThat(Json.column(json.json().get("checks"), "ok")).containsOnly(true);
    assertThat(Json.column(json.json().get("checks"), "check"))
        .contains("java", "locale", "clock", "loopback", "temp", "python", "git", "cache", "home")
        .contains("adapters", "providers", "keys", "prices", "claude", "codex");
    assertThat(lines.stdout()).contains("ok     python").doesNotContain("FAULT");
    assertThat(owf.home()).as("looking makes nothing").doesNotExist();
  }

  @Test
  void aPathWithoutPythonAndGitIsTwoFaults() {
    Finished finished =
        doctor().without("OWF_PYTHON").with("PATH", owf.directory().toString()).run();

    assertThat(finished.exitCode()).isEqualTo(1);
    assertThat(finding(finished, "python").get("detail").stringValue())
        .contains("no python3 on PATH", "3.10", "--python");
    assertThat(finding(finished, "git").get("detail").stringValue())
        .contains("no git on PATH", "Install git");
  }

  @Test
  void aPythonThatIsTooOldIsAFault() throws IOException {
    Path old = program("old/python3", "printf '3.8.1\\n/usr/bin/python3.8\\n'");

    assertFault(doctor("--python", old.toString()), "python", old.toString(), "3.8.1", "3.10");
  }

  @Test
  void aGitThatIsTooOldOrBrokenIsAFault() throws IOException {
    Path old = program("oldgit/git", "echo 'git version 2.17.1'");
    Path broken = program("brokengit/git", "echo 'git: cannot find my library' >&2; exit 127");

    assertFault(
        doctor().with("PATH", old.getParent() + ":" + path()), "git", "2.17.1", "too old", "2.25");
    assertFault(
        doctor().with("PATH", broken.getParent() + ":" + path()), "git", "cannot find my library");
  }

  @Test
  void modulesOfTheShimsNamesElsewhereAreNoted() {
    owf.script("elsewhere/workflows/__init__.py", "# another runtime\n");

    Finished finished =
        doctor().with("PYTHONPATH", owf.directory().resolve("elsewhere").toString()).run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    JsonNode modules = finding(finished, "modules");
    assertThat(modules.get("weight").stringValue()).isEqualTo("note");
    assertThat(modules.get("detail").stringValue())
        .contains("workflows at ", "elsewhere/workflows/__init__.py", "uninstall", "grpcio");
  }

  @Test
  void whatAnInterpretersStartPrintsIsNoModule() {
    owf.script("talks/sitecustomize.py", "print('hello')\n");
    Finished finished =
        doctor().with("PYTHONPATH", owf.directory().resolve("talks").toString()).run();
    assertThat(finished.stdout()).doesNotContain("hello");
    owf.script("talks/workflows/__init__.py", "# another runtime\n");
    Finished found = doctor().with("PYTHONPATH", owf.directory().resolve("talks").toString()).run();
    assertThat(finding(found, "modules").get("detail").stringValue())
        .contains("workflows at ")
        .doesNotContain("hello");
  }

  @Test
  void anAgentsProgramAndAKeyAreToldWithoutTheKeysValue() throws IOException {
    Path claude = program("agents/claude", "echo '9.8.7 (Claude Code)'");
    program("agents/codex", "exit 3");

    Finished finished =
        doctor()
            .with("PATH", claude.getParent() + ":" + path())
            .with("OPENAI_API_KEY", "sk-secret-value-of-a-key")
            .run();

    assertThat(finding(finished, "claude").get("detail").stringValue())
        .contains("9.8.7", claude.toString());
    assertThat(finding(finished, "codex").get("detail").stringValue()).contains("does not work");
    assertThat(finding(finished, "keys").get("detail").stringValue())
        .contains("set: openai (OPENAI_API_KEY)", "anthropic (ANTHROPIC_API_KEY)");
    assertThat(finished.stdout()).doesNotContain("sk-secret");
  }

  @Test
  void filesOfTheUsersThatCannotBeReadAreFaults() {
    String broken = owf.script("broken.json", "{ \"providers\": [").toString();
    Path kindless =
        owf.script("kindless.json", "{\"providers\": {\"mine\": {\"concurrency\": 2}}}");
    owf.script("adapters/bad.jar", "no jar at all");

    assertFault(doctor().with("OWF_PROVIDERS_FILE", broken), "providers", broken);
    assertFault(
        doctor().with("OWF_PROVIDERS_FILE", kindless.toString()),
        "providers",
        "'mine'",
        "owf providers");
    assertFault(doctor().with("OWF_PRICES_FILE", broken), "prices", broken);
    assertFault(
        doctor("--adapters", owf.directory().resolve("adapters").toString()),
        "adapters",
        "bad.jar");
  }

  @Test
  void aHomeThatOthersMayReadIsAFault() throws IOException {
    Path home = Files.createDirectories(owf.directory().resolve("open-home"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertFault(doctor("--home", home.toString()), "home", "open to others", "chmod 700 " + home);
  }

  @Test
  void aHomeThatIsNoDirectoryIsAFault() {
    Path file = owf.script("file-in-the-way", "");

    assertFault(doctor("--home", file.toString()), "home", file + " is in the way", "--home");
    assertFault(doctor("--home", file + "/below"), "home", file + " is in the way");
  }

  @Test
  void aHomeOfSomebodyElsesIsAFault() throws IOException {
    // /proc takes no file from anybody, and belongs to root.
    assumeTrue(Files.isDirectory(Path.of("/proc")), "needs /proc");

    assertFault(doctor("--home", "/proc/owf"), "home", "cannot write to /proc", "belongs to root");
  }

  @Test
  void aDatabaseThatIsNewerForeignOrLockedIsAFault() throws IOException, SQLException {
    Path newer = database("newer", "PRAGMA user_version = 999");
    Path foreign = database("foreign", "CREATE TABLE cooking (recipe TEXT)");

    assertFault(doctor("--home", newer.toString()), "home", "newer", "Update");
    for (String trusts : List.of("", "1")) {
      assertFault(
          doctor("--home", foreign.toString()).with("OWF_TRUST_HOMES", trusts),
          "home",
          "another program's",
          "--home");
    }

    Path locked = owf.directory().resolve("locked");
    assertThat(owf.run("init", "--home", locked.toString()).exitCode()).isZero();
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + locked + "/workflow.sqlite");
        var sql = connection.createStatement()) {
      sql.execute("BEGIN IMMEDIATE");
      assertFault(doctor("--home", locked.toString()), "home", "kept locked", "fuser");
      sql.execute("ROLLBACK");
    }
  }

  private static Path database(String name, String statement) throws IOException, SQLException {
    Path home = owf.directory().resolve(name);
    Files.createDirectories(home);
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    if (name.equals("newer")) {
      assertThat(owf.run("init", "--home", home.toString()).exitCode()).isZero();
    }
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home + "/workflow.sqlite");
        var sql = connection.createStatement()) {
      sql.execute(statement);
    }
    return home;
  }

  @Test
  void aDiskWithoutRoomIsAFault() throws IOException {
    try (LoopDisk disk = LoopDisk.in(owf.directory().resolve("small"), 48)) {
      Path home = Files.createDirectories(disk.directory().resolve("home"));
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));

      assertFault(doctor("--home", home.toString()), "home", "MB left", "make room");
      assertFault(
          doctor().with("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + disk.directory()),
          "temp",
          "MB left",
          "TMPDIR");
    }
  }

  @Test
  void aTemporaryDirectoryWithoutProgramsIsNotedAMissingOneFails() {
    assertFault(
        doctor().with("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=/no-such-directory"),
        "temp",
        "/no-such-directory",
        "TMPDIR");
    List<String> mounted =
        List.of(
            "unshare",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o noexec tmpfs /mnt && exec \"$@\"",
            "sh");
    assumeTrue(
        owf.program(List.of("true")).after(mounted).run().exitCode() == 0,
        "mounting a directory of one's own takes rights that this user has not");
    Finished finished =
        doctor().with("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=/mnt").after(mounted).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finding(finished, "temp").get("weight").stringValue()).isEqualTo("note");
    assertThat(finding(finished, "temp").get("detail").stringValue()).contains("noexec", "TMPDIR");
  }

  @Test
  void aCacheThatCannotBeWrittenIsAFault() {
    Path file = owf.script("cache-in-the-way", "");

    assertFault(
        doctor().with("XDG_CACHE_HOME", file.toString()), "cache", file.toString(), "XDG_CACHE");
  }

  @Test
  void aLocaleThatIsNotUtf8IsAFault() {
    assertFault(doctor().with("LANG", "C"), "locale", "LC_ALL=C.UTF-8");
  }

  @Test
  void loopbackThatIsDownIsAFault() {
    List<String> alone = List.of("unshare", "--net");
    assumeTrue(
        owf.program(List.of("unshare", "--net", "true")).run().exitCode() == 0,
        "a network namespace of one's own takes rights that this user has not");

    assertFault(doctor().after(alone), "loopback", "127.0.0.1", "lo");
  }

  @Test
  void aClockThatCannotBeRightIsAFault() {
    Map<String, String> libraries =
        Map.of(
            "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "x86_64",
            "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1", "aarch64");
    String library =
        libraries.keySet().stream()
            .filter(each -> Files.exists(Path.of(each)))
            .findAny()
            .orElse("");
    assumeTrue(!library.isEmpty(), "needs Debian's package faketime");

    assertFault(
        doctor()
            .with("LD_PRELOAD", library)
            .with("FAKETIME", "@1999-01-01 00:00:00")
            .with("DONT_FAKE_MONOTONIC", "1")
            .with("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        "clock",
        "1999",
        "Set the clock");
  }
}

package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** How a script ends by itself, and what people and programs are told. */
class ScriptEndingsIT {

  @RegisterExtension static final Owf owf = new Owf();

  @Test
  @Tag("smoke")
  void anExceptionFailsTheRunAndIsKeptWithItsTraceback() throws IOException {
    Path script =
        owf.script(
            "raises.py",
            """
            from workflows import agent
            class NoTea(Exception):
                pass
            async def main(args):
                await agent("before")
                raise NoTea("the pot is empty\\nand so is the tin")
            """);

    Finished people = owf.run("run", script.toString());
    Finished program = owf.run("run", script.toString(), "--json");

    assertThat(people.exitCode()).isEqualTo(1);
    assertThat(people.stdout()).contains("status: failed", "1 done, 0 cached, 0 failed");
    assertThat(people.stderr().lines()).hasSizeBetween(1, 2);
    assertThat(people.stderr())
        .contains("NoTea: the pot is empty", "raises.py, line 6")
        .doesNotContain("Traceback");
    JsonNode document = program.json();
    assertThat(document.get("status").stringValue()).isEqualTo("failed");
    assertThat(document.get("output").isNull()).isTrue();
    assertThat(document.get("error").stringValue()).contains("NoTea", "the pot is empty");
    JsonNode run = owf.json("status", "latest").get("run");
    assertThat(run.get("error_kind").stringValue()).isEqualTo("NoTea");
    assertThat(run.get("error_message").stringValue())
        .isEqualTo("the pot is empty\nand so is the tin");
    assertThat(Path.of(document.get("run_dir").stringValue()).resolve("traceback.txt"))
        .content()
        .contains("Traceback", "raises.py", "line 6", "NoTea: the pot is empty")
        .doesNotContain("agent_workflows");
    assertThat(Path.of(document.get("run_dir").stringValue()).resolve("output.json"))
        .doesNotExist();
  }

  @Test
  @Tag("smoke")
  void sysExitEndsTheRunAsFailedAndWithZeroAsDone() {
    String script =
        """
        import sys
        async def main(args):
            sys.exit(CODE)
        """;

    Finished fine = owf.runScript("CODE = 0\n" + script);
    Finished three = owf.runScript("CODE = 3\n" + script);
    Finished words = owf.runScript("CODE = 'no tea today'\n" + script);

    assertThat(fine.exitCode()).as(fine.toString()).isZero();
    assertThat(fine.json().get("status").stringValue()).isEqualTo("done");
    assertThat(three.exitCode()).isEqualTo(1);
    assertThat(three.json().get("status").stringValue()).isEqualTo("failed");
    assertThat(three.json().get("error").stringValue()).contains("3");
    assertThat(words.exitCode()).isEqualTo(1);
    assertThat(words.json().get("error").stringValue()).contains("no tea today");
  }

  @Test
  void howAProcessEndedThatClosedNoRunIsTold() {
    String script =
        """
        import os
        async def main(args):
            END
        """;

    Finished left = owf.runScript(script.replace("END", "os._exit(5)"));
    Finished killed = owf.runScript(script.replace("END", "os.kill(os.getpid(), 9)"));

    assertThat(left.json().get("status").stringValue()).isEqualTo("interrupted");
    assertThat(left.json().get("error").stringValue()).contains("ended with exit code 5");
    assertThat(killed.json().get("error").stringValue()).contains("by signal 9 (SIGKILL");
  }

  @Test
  void anExceptionWithoutAMessageIsToldByItsClass() {
    Finished failed = owf.runScript("async def main(args): assert 1 == 2");

    assertThat(failed.json().get("error").stringValue()).isEqualTo("AssertionError");
    assertThat(failed.json().get("error_kind").stringValue()).isEqualTo("AssertionError");
    assertThat(failed.stderr()).contains("failed: AssertionError (");
  }

  @Test
  void topLevelCodeRunsOnceAndItsFailureIsARunThatFailed() {
    Path tally = owf.directory().resolve("tally");
    JsonNode output =
        owf.output(
            """
            from pathlib import Path
            with Path("%s").open("a") as tally:
                tally.write("x")
            async def main(args):
                return Path("%s").read_text()
            """
                .formatted(tally, tally));
    Finished failed = owf.runScript("import no_such_module_anywhere\nasync def main(args): pass\n");

    assertThat(output.stringValue()).isEqualTo("x");
    assertThat(failed.exitCode()).as(failed.toString()).isEqualTo(1);
    assertThat(failed.json().get("error").stringValue()).contains("no_such_module_anywhere");
    assertThat(owf.json("status", "latest").at("/run/error_kind").stringValue())
        .isEqualTo("ModuleNotFoundError");
  }

  @Test
  void mainMayBeAPlainFunction() {
    JsonNode output =
        owf.output(
            """
            from workflows import log
            def main(args):
                log("plain")
                return {"topic": args["topic"]}
            """,
            "--arg",
            "topic=tea=green");

    assertThat(output).isEqualTo(Json.read("{\"topic\": \"tea=green\"}"));
    assertThat(column(owf.json("events", "latest"), "message")).contains("plain");
  }

  @Test
  void aScriptsPrintsGoToStdoutAndToStderrUnderJson() {
    Path script =
        owf.script(
            "prints.py",
            """
            import os, subprocess, sys
            async def main(args):
                print("by print", flush=True)
                os.write(1, b"by os.write\\n")
                subprocess.run([sys.executable, "-c", "print('by a child')"], check=True)
                print("to stderr", file=sys.stderr)
                return 1
            """);

    Finished people = owf.run("run", script.toString());
    Finished program = owf.run("run", script.toString(), "--json");

    assertThat(people.stdout()).contains("by print\n", "by os.write\n", "by a child\n");
    assertThat(people.stderr()).isEqualTo("to stderr\n");
    assertThat(program.json().get("output").intValue()).isEqualTo(1);
    assertThat(program.stderr())
        .contains("by print\n", "by os.write\n", "by a child\n", "to stderr\n");
  }

  @Test
  void aScriptThatRequiresApprovalStartsOffATerminalOnlyWithYes() {
    Path script =
        owf.script(
            "approval.py",
            """
            from workflows import agent, meta
            meta(name="careful", approval_required=True, mutates_files=True)
            async def main(args):
                return (await agent("go")).text
            """);
    owf.output("async def main(args): pass\n");
    int before = owf.json("runs").size();

    Finished refused = owf.run("run", script.toString(), "--json");
    Finished approved = owf.run("run", script.toString(), "--json", "--yes");

    assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(2);
    assertThat(refused.stderr().lines()).hasSizeBetween(1, 2);
    assertThat(refused.stderr()).contains("careful", "--yes");
    assertThat(refused.json().has("error")).isTrue();
    assertThat(approved.exitCode()).isZero();
    assertThat(approved.json().get("output").stringValue()).isEqualTo("go");
    assertThat(owf.json("runs")).hasSize(before + 1);
  }

  @Test
  void onATerminalAPersonIsAskedBeforeTheFirstCall() throws IOException {
    Path script =
        owf.script(
            "asks.py",
            """
            from workflows import agent, meta
            meta(name="careful", approval_required=True)
            async def main(args):
                return (await agent("went on")).text
            """);
    Path terminal =
        owf.script(
            "terminal.py",
            """
            \"""Runs a command on a terminal of its own, answers its question, and gives its exit code.\"""
            import os, pty, sys
            answer, command = sys.argv[1], sys.argv[2:]
            pid, terminal = pty.fork()
            if pid == 0:
                os.execvp(command[0], command)
            seen, answered = b"", False
            while True:
                try:
                    chunk = os.read(terminal, 4096)
                except OSError:
                    break
                if not chunk:
                    break
                seen += chunk
                if b"[y/N]" in seen and not answered:
                    answered = True
                    os.write(terminal, answer.encode() + b"\\n")
            sys.stdout.buffer.write(seen)
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            """);

    Finished yes = onTerminal(terminal, "y", script);
    Finished no = onTerminal(terminal, "n", script);

    assertThat(yes.exitCode()).as(yes.toString()).isZero();
    assertThat(yes.stdout()).contains("careful", "[y/N]", "went on");
    assertThat(no.exitCode()).as(no.toString()).isEqualTo(2);
    assertThat(no.stdout()).contains("not approved").doesNotContain("went on");
  }

  private static Finished onTerminal(Path terminal, String answer, Path script) {
    return owf.command("run", script.toString())
        .after(List.of(Owf.python(), terminal.toString(), answer))
        .run();
  }
}

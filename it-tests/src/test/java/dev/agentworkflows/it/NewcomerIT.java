package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What somebody does first: set up, scaffold, run, and have it told. */
@Tag("smoke")
class NewcomerIT {

  @RegisterExtension static final Owf owf = new Owf();

  @Test
  void aScaffoldedScriptRunsAndIsNeverOverwrittenUnasked() throws IOException {
    assertThat(owf.run("init").exitCode()).isZero();
    assertThat(owf.home().resolve("workflow.sqlite")).exists();
    Finished made = owf.run("new", "mine/first.py");
    Path script = owf.directory().resolve("mine/first.py");
    String text = Files.readString(script);
    assertThat(made.exitCode()).as(made.toString()).isZero();
    assertThat(owf.json("run", script.toString()).get("status").stringValue()).isEqualTo("done");

    Files.writeString(script, "# my own work\n");
    Finished refused = owf.run("new", "mine/first.py");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.stderr().lines()).hasSizeBetween(1, 2);
    assertThat(script).hasContent("# my own work\n");
    assertThat(owf.run("new", "mine/first.py", "--force").exitCode()).isZero();
    assertThat(script).hasContent(text);
    assertThat(owf.run("new", "other.py", "--template", "no-such").stderr()).contains("no-such");
  }

  @Test
  void aReportTellsTheRunInMarkdownAndInOneHtmlFile() throws IOException {
    JsonNode run =
        owf.runScript(
                """
                from workflows import agent, log, meta
                meta(name="told <b>", description="A & B")
                async def main(args):
                    await agent("hello", label="<script>alert(1)</script>")
                    await agent("fails", label="| pipe |", metadata={"fake": {"error": "out of <luck>"}})
                    log("said <i>")
                    return {"answer": "</pre><script>alert(2)</script>"}
                """)
            .json();
    String id = run.get("run_id").stringValue();
    Path elsewhere = owf.directory().resolve("told.html");

    String markdown = owf.run("report", id, "--stdout").stdout();
    Path html = Path.of(owf.json("report", id, "--html").get("path").stringValue());
    owf.json("report", "latest", "--html", "--out", elsewhere.toString());

    assertThat(markdown).contains(id, "done", "provider_failed", "out of");
    assertThat(html)
        .hasParent(Path.of(run.get("run_dir").stringValue()))
        .hasFileName("report.html");
    assertThat(Files.readString(html))
        .contains(id, "provider_failed")
        .doesNotContain("<script>alert", "<luck>", "<i>", "src=\"http", "href=\"http");
    // Their links to the run's files differ: they lead there from where the page is.
    assertThat(Files.readString(elsewhere)).contains(id, "provider_failed", "told &lt;b&gt;");
    assertThat(Path.of(run.get("run_dir").stringValue()).resolve("summary.md"))
        .content()
        .contains(id);
  }
}

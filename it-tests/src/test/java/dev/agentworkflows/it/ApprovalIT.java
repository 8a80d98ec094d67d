package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf.Finished;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Scripts that ask a person, off a terminal: they wait, and are answered from elsewhere. */
@Timeout(180)
class ApprovalIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String ASKS =
      """
      from workflows import agent, approve
      async def main(args):
          first = await agent("before")
          said = await approve("deploy to production?", label="deploy")
          return [first.cache_status, said]
      """;

  private JsonNode awaitQuestions(int number) {
    await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> waiting() == number);
    return owf.command("status", "latest", "--json").run().json().get("approvals");
  }

  private long waiting() {
    return owf.command("status", "latest", "--json")
        .run()
        .json()
        .get("approvals")
        .valueStream()
        .filter(approval -> approval.get("status").stringValue().equals("waiting"))
        .count();
  }

  @Test
  @Tag("smoke")
  void aRunWaitsTellsWhatForAndGoesOnWithTheAnswer() {
    OwfProcess running = owf.command("run", owf.script("asks.py", ASKS).toString()).start();
    JsonNode asked = awaitQuestions(1).get(0);
    assertThat(asked.get("question").stringValue()).isEqualTo("deploy to production?");
    assertThat(asked.get("label").stringValue()).isEqualTo("deploy");
    String run = asked.get("run_id").stringValue();
    assertThat(owf.command("status", run).run().stdout())
        .contains("waiting:  [deploy] deploy to production?", "owf approve " + run);

    Finished answered = owf.command("approve", "latest", "--yes").run();

    assertThat(answered.exitCode()).as(answered.toString()).isZero();
    assertThat(answered.stdout()).isEqualTo("[deploy] deploy to production? -- yes, by approve\n");
    Finished finished = running.finish();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stdout()).contains(", true ]");
    assertThat(finished.stderr())
        .contains("approval: [deploy] deploy to production?", "owf approve");
    assertThat(owf.command("events", run).run().stdout()).contains("yes, by approve");
  }

  @Test
  void aResumedRunDoesNotAskAgainWhatAPersonAnswered() {
    String fails =
        ASKS.replace("return [", "if said is not None: raise ValueError('later')\n    return [");
    OwfProcess running = owf.command("run", owf.script("asks.py", fails).toString()).start();
    awaitQuestions(1);
    assertThat(owf.command("approve", "latest", "--no").run().exitCode()).isZero();
    assertThat(running.finish().exitCode()).isEqualTo(1);
    owf.script("asks.py", ASKS);

    Finished resumed = owf.command("resume", "latest", "--json").run();

    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    assertThat(resumed.json().get("output").toString()).isEqualTo("[\"hit\",false]");
  }

  @Test
  void whoeverCancelsARunThatWaitsTakesItsQuestionBack() {
    OwfProcess running = owf.command("run", owf.script("asks.py", ASKS).toString()).start();
    awaitQuestions(1);
    assertThat(owf.command("cancel", "latest").run().exitCode()).isZero();
    assertThat(running.finish().exitCode()).isEqualTo(130);

    Finished late = owf.command("approve", "latest", "--yes").run();

    assertThat(late.exitCode()).isEqualTo(2);
    assertThat(late.stderr()).contains("waits for no answer: it is cancelled");
    assertThat(
            owf.command("status", "latest", "--json")
                .run()
                .json()
                .at("/approvals/0/status")
                .stringValue())
        .isEqualTo("withdrawn");
  }

  @Test
  void severalQuestionsAreAnsweredByNumberChildrensIncluded() {
    owf.script(
        "child.py",
        """
        from workflows import approve
        async def main(args):
            return await approve("the child's?")
        """);
    OwfProcess running =
        owf.command(
                "run",
                owf.script(
                        "asks.py",
                        """
                        from workflows import approve, parallel, workflow
                        async def main(args):
                            one, child = await parallel([
                                lambda: approve("one?"), lambda: workflow("child.py")])
                            return [one, child["output"]]
                        """)
                    .toString(),
                "--json")
            .start();
    JsonNode asked = awaitQuestions(2);
    int ofChild =
        asked
            .valueStream()
            .filter(each -> each.get("question").stringValue().equals("the child's?"))
            .findFirst()
            .orElseThrow()
            .get("position")
            .intValue();

    Finished which = owf.command("approve", "latest", "--yes").run();
    assertThat(which.exitCode()).isEqualTo(2);
    assertThat(which.stderr())
        .contains("waits for 2 answers: say which with --question N.", ": one?", ": the child's?");
    assertThat(owf.command("approve", "latest", "--no", "--question", "7").run().stderr())
        .contains("has asked no question 7");
    Finished no =
        owf.command("approve", "latest", "--no", "--json", "--question", String.valueOf(ofChild))
            .run();
    assertThat(no.json().get("status").stringValue()).isEqualTo("no");
    assertThat(
            owf.command("approve", "latest", "--yes", "--question", String.valueOf(ofChild))
                .run()
                .stderr())
        .contains("waits no more");
    assertThat(owf.command("approve", "latest", "--yes").run().exitCode()).isZero();

    assertThat(running.finish().json().get("output").toString()).isEqualTo("[true,false]");
  }

  @Test
  void exactlyOneAnswerIsAsked() {
    for (String[] options : new String[][] {{}, {"--yes", "--no"}}) {
      Finished finished = owf.command("approve", "latest").and(options).run();
      assertThat(finished.exitCode()).isEqualTo(2);
      assertThat(finished.stderr()).contains("--yes", "--no");
    }
  }
}

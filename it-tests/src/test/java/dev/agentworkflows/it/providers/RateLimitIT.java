package dev.agentworkflows.it.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An endpoint that takes twenty requests a second, and a script that wants more. */
class RateLimitIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String FAN_OUT =
      """
      from workflows import agent, parallel
      async def main(args):
          results = await parallel(
              [lambda i=i: agent(f"question {i}") for i in range(int(args["calls"]))])
          return sorted({r.status + ": " + (r.error or "") for r in results})
      """;

  private static Owf.Invocation fanOut(LimitedEndpoint endpoint, int calls) {
    return owf.command(
            "run",
            owf.script("fan_out.py", FAN_OUT).toString(),
            "--provider",
            "openai",
            "--cache-policy",
            "disabled",
            "--arg",
            "calls=" + calls,
            "--json")
        .with("OWF_PROVIDER_OPENAI_BASE_URL", endpoint.url())
        .with("OWF_PROVIDER_OPENAI_API_KEY_ENV", "");
  }

  @Tag("slow")
  @Test
  @Timeout(240)
  void aThousandCallsFindThePaceAndNoneFails() throws Exception {
    try (LimitedEndpoint endpoint = new LimitedEndpoint(20)) {
      Finished finished = fanOut(endpoint, 1_000).run();

      assertThat(finished.exitCode()).as(finished.toString()).isZero();
      assertThat(finished.json().get("output").toString()).isEqualTo("[\"done: \"]");
      assertThat(endpoint.taken()).isEqualTo(1_000);
      assertThat(endpoint.refused()).isBetween(1, 60);
      String run = finished.json().get("run_id").stringValue();
      assertThat(owf.command("events", run).run().stdout())
          .containsOnlyOnce("openai has refused a call (rate limit)");
    }
  }

  @Test
  @Timeout(120)
  void aPaceThatIsConfiguredIsKept() throws Exception {
    try (LimitedEndpoint endpoint = new LimitedEndpoint(20)) {
      Finished finished =
          // Half of what the endpoint takes: on a busy machine, some of them arrive together.
          fanOut(endpoint, 60).with("OWF_PROVIDER_OPENAI_REQUESTS_PER_MINUTE", "600").run();

      assertThat(finished.exitCode()).as(finished.toString()).isZero();
      assertThat(finished.json().get("output").toString()).isEqualTo("[\"done: \"]");
      assertThat(endpoint.refused()).isZero();
    }
  }

  @Test
  void aLimitThatIsNoNumberIsRefusedByName() throws Exception {
    try (LimitedEndpoint endpoint = new LimitedEndpoint(20)) {
      Finished finished =
          fanOut(endpoint, 1).with("OWF_PROVIDER_OPENAI_TOKENS_PER_MINUTE", "plenty").run();

      assertThat(finished.exitCode()).isEqualTo(2);
      assertThat(finished.stderr())
          .contains("OWF_PROVIDER_OPENAI_TOKENS_PER_MINUTE is 'plenty'", "above 0");
      assertThat(endpoint.taken()).isZero();
    }
  }
}

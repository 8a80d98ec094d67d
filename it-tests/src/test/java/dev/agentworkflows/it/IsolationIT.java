package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class IsolationIT {

  @RegisterExtension static final Owf owf = new Owf();

  @Test
  void aCallWithoutItsWorktreeFailsClosedAndTheScriptGoesOn() {
    JsonNode output =
        owf.output(
            """
            from workflows import agent
            async def main(args):
                edit = await agent("edit it", isolation="worktree", metadata={"fake": {"input_tokens": 99}})
                nobody = await agent("edit it", isolation="worktree", provider="nobody")
                after = await agent("go on")
                return [[r.ok, r.status, r.cache_status, r.error, r.text, r.isolation, r.worktree_path]
                        for r in (edit, nobody)] + [after.status]
            """);

    for (int i = 0; i < 2; i++) {
      JsonNode result = output.get(i);
      assertThat(result.get(0).booleanValue()).isFalse();
      assertThat(result.get(1).stringValue()).isEqualTo("worktree_failed");
      assertThat(result.get(2).stringValue()).isEqualTo("bypassed");
      assertThat(result.get(3).stringValue()).startsWith("worktree isolation failed:");
      assertThat(result.get(4).isNull()).as("an answer").isTrue();
      assertThat(result.get(5).stringValue()).isEqualTo("worktree");
      assertThat(result.get(6).isNull()).isTrue();
    }
    assertThat(output.get(2).stringValue()).isEqualTo("done");

    JsonNode calls = owf.calls("latest");
    assertThat(column(calls, "status"))
        .containsExactly("worktree_failed", "worktree_failed", "done");
    assertThat(column(calls, "cache_status")).containsExactly("bypassed", "bypassed", "miss");
    assertThat(column(calls, "attempts").subList(0, 2)).as("askings of a provider").containsOnly(0);
    assertThat(column(calls, "input_tokens").subList(0, 2)).containsOnlyNulls();
  }
}

package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What main returns is stored as JSON, whatever it is. */
class ReturnValuesIT {

  @RegisterExtension static final Owf owf = new Owf();

  @Test
  void pythonsOwnKindsOfValuesBecomePlainJson() {
    JsonNode output =
        owf.output(
            """
            import dataclasses, datetime, decimal, enum, pathlib, uuid
            from workflows import agent

            @dataclasses.dataclass
            class Book:
                title: str
                path: pathlib.Path
                tags: set

            class Color(enum.Enum):
                RED = "red"

            async def main(args):
                result = await agent("hello", label="kept")
                return {
                    "book": Book("Tea", pathlib.Path("/tmp/tea"), {"b", "a"}),
                    "day": datetime.date(2026, 11, 22),
                    "moment": datetime.datetime(2026, 11, 22, 14, 32, 1),
                    "numbers": {3, 1, 2},
                    "color": Color.RED,
                    "tuple": (1, "two", None, True),
                    "id": uuid.UUID(int=5),
                    "price": decimal.Decimal("1.50"),
                    "big": 2 ** 70,
                    7: "a number as key",
                    "text": "Ünïcode 🍵 \\u0000 end",
                    "result": result,
                }
            """);

    assertThat(output.get("result").get("text").stringValue()).isEqualTo("hello");
    assertThat(output.get("result").get("label").stringValue()).isEqualTo("kept");
    ((ObjectNode) output).remove("result");
    assertThat(output)
        .isEqualTo(
            Json.read(
                """
                {"book": {"title": "Tea", "path": "/tmp/tea", "tags": ["a", "b"]},
                 "day": "2026-11-22", "moment": "2026-11-22 14:32:01", "numbers": [1, 2, 3], "color": "red",
                 "tuple": [1, "two", null, true], "id": "00000000-0000-0000-0000-000000000005",
                 "price": "1.50", "big": 1180591620717411303424, "7": "a number as key",
                 "text": "Ünïcode 🍵 \\u0000 end"}
                """));
    JsonNode stored = owf.json("output", "latest");
    assertThat(stored.get("book")).isEqualTo(output.get("book"));
  }

  @Test
  void whatJsonHasNoNumberForBecomesNullWithAWarning() {
    JsonNode output =
        owf.output(
            """
            async def main(args):
                return {"scores": [1.5, float("nan")], "limit": float("inf")}
            """);

    assertThat(output).isEqualTo(Json.read("{\"scores\": [1.5, null], \"limit\": null}"));
    JsonNode events = owf.json("events", "latest");
    assertThat(column(events, "type")).filteredOn("warning"::equals).hasSize(2);
    assertThat(column(events, "message").toString()).contains("scores[1]", "limit");
  }

  @Test
  void aValueThatCannotBeStoredFailsTheRunAndIsNamed() {
    Finished finished =
        owf.runScript(
            """
            async def main(args):
                chapter = {"sections": []}
                chapter["sections"].append(chapter)
                return {"book": [chapter]}
            """);

    assertThat(finished.exitCode()).isEqualTo(1);
    assertThat(finished.json().get("status").stringValue()).isEqualTo("failed");
    assertThat(finished.json().get("output").isNull()).isTrue();
    assertThat(finished.json().get("error").stringValue())
        .contains("book[0]", "sections[0]", "cycle");
    assertThat(finished.stderr().lines()).hasSizeBetween(1, 2);
  }

  @Test
  void aPromptAndAnAnswerOfTwentyMegabytesComeThroughWhole() {
    JsonNode output =
        owf.output(
            """
            from workflows import agent
            SIZE = 20 * 1024 * 1024
            async def main(args):
                prompt = "0123456789abcdef" * (SIZE // 16)
                both = await agent(prompt, label="both ways")
                # A document that goes with a call may have four megabytes.
                long = prompt[: 4 * 1024 * 1024 - 1024]
                answer = await agent("long", metadata={"fake": {"text": long}})
                return {"echo": both.text == prompt, "answer": answer.text == long, "main": "x" * SIZE}
            """);

    assertThat(output.get("echo").booleanValue()).isTrue();
    assertThat(output.get("answer").booleanValue()).isTrue();
    assertThat(output.get("main").stringValue())
        .hasSize(20 * 1024 * 1024)
        .containsOnlyOnce("x".repeat(20 * 1024 * 1024));
    String call = owf.calls("latest").at("/0/id").stringValue();
    byte[] prompt = owf.run("cat", call, "--prompt").out();
    assertThat(prompt.length).isEqualTo(20 * 1024 * 1024 + 1);
    assertThat(Arrays.copyOf(prompt, 16)).asString().isEqualTo("0123456789abcdef");
  }

  @Test
  void whatIsTooLargeIsRefusedWithTheLimitNamed() {
    JsonNode output =
        owf.output(
            """
            from workflows import agent
            async def main(args):
                try:
                    await agent("x" * (65 * 1024 * 1024))
                except ValueError as error:
                    return [str(error), (await agent("goes on")).text]
            """);

    assertThat(output.get(0).stringValue()).contains("prompt", "64 MiB");
    assertThat(output.get(1).stringValue()).isEqualTo("goes on");
  }

  @Test
  void nulBytesAndLoneSurrogatesSurvive() {
    JsonNode output =
        owf.output(
            """
            from workflows import agent, log
            PROMPT = "nul \\0, half a pair \\ud800, the other \\udc00 apart, whole \\U0001f375, \\x1b[31m"
            async def main(args):
                log("odd \\ud800 message", detail="\\udfff")
                result = await agent(PROMPT, label="odd \\ud800 label")
                with open(result.prompt_path, "rb") as file:
                    on_disk = file.read().decode("utf-8", "surrogatepass")
                return {"echo": result.text == PROMPT, "disk": on_disk == PROMPT, "text": result.text}
            """);

    assertThat(output.get("echo").booleanValue()).isTrue();
    assertThat(output.get("disk").booleanValue()).isTrue();
    String prompt = "nul \0, half a pair \ud800, the other \udc00 apart, whole 🍵, \u001b[31m";
    assertThat(output.get("text").stringValue()).isEqualTo(prompt);
    JsonNode call = owf.calls("latest").get(0);
    assertThat(owf.run("cat", call.get("id").stringValue(), "--prompt").out())
        .isEqualTo(generalizedUtf8(prompt + "\n"));
    assertThat(owf.json("cat", call.get("id").stringValue()).get("prompt").stringValue())
        .isEqualTo(prompt);
  }

  /** As Python's "surrogatepass": three bytes for a surrogate that stands alone. */
  private static byte[] generalizedUtf8(String text) {
    var bytes = new ByteArrayOutputStream();
    text.codePoints()
        .forEach(point -> {
          if (Character.MIN_SURROGATE <= point && point <= Character.MAX_SURROGATE) {
            bytes.write(0xe0 | (point >> 12));
            bytes.write(0x80 | ((point >> 6) & 0x3f));
            bytes.write(0x80 | (point & 0x3f));
          } else {
            bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
          }
        });
    return bytes.toByteArray();
  }
}

package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * The worker protocol as a stranger speaks it: stock grpcio, messages loaded from the descriptors.
 */
class StockGrpcIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static String python = "";

  @BeforeAll
  static void aPythonWithGrpcioIsAtHand() {
    Optional<String> found =
        Stream.of("/usr/bin/python3", Owf.python())
            .filter(
                candidate -> candidate.indexOf('/') < 0 || Files.isExecutable(Path.of(candidate)))
            .filter(candidate ->
                owf.program(List.of(candidate, "-c", "import grpc, google.protobuf"))
                        .run()
                        .exitCode()
                    == 0)
            .findFirst();
    assumeTrue(
        found.isPresent(), "no Python with grpcio and protobuf here (Debian: python3-grpcio)");
    python = found.get();
  }

  /**
   * Has a private coordinator started whose "script's process" is the driver: a program that
   * answers the questions to an interpreter as one, and otherwise speaks the protocol.
   */
  private static Finished drive(String scene) throws IOException {
    Path driver = owf.directory().resolve("grpcio_driver.py");
    try (InputStream source = StockGrpcIT.class.getResourceAsStream("/grpcio_driver.py")) {
      Files.write(driver, Objects.requireNonNull(source, "grpcio_driver.py").readAllBytes());
    }
    Path wrapper =
        owf.script(
            scene + "/python3",
            """
            #!/bin/sh
            if [ "$1" = -I ]; then
              shift
              exec '%1$s' -I -c "import sys; sys.executable = '$0'; exec(sys.argv[1])" "$2"
            fi
            exec '%1$s' '%2$s' '%3$s' %4$s '%5$s'
            """
                .formatted(
                    python, driver, System.getProperty("owf.protocol"), scene, report(scene)));
    Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path script =
        owf.script("driven.py", "async def main(args): raise SystemExit('not run by Python')\n");
    return owf.run(
        "run", script.toString(), "--arg", "tea=green", "--json", "--python", wrapper.toString());
  }

  private static Path report(String scene) {
    return owf.directory().resolve(scene + ".json");
  }

  private static JsonNode reported(String scene) throws IOException {
    return Json.read(Files.readString(report(scene), StandardCharsets.UTF_8));
  }

  @Test
  void aWholeRunIsDriven() throws IOException {
    Finished finished = drive("whole_run");

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.json().get("status").stringValue()).isEqualTo("done");
    assertThat(finished.json().get("output")).isEqualTo(Json.read("{\"by\": \"grpcio\"}"));
    JsonNode reported = reported("whole_run");
    assertThat(reported.get("args")).isEqualTo(Json.read("{\"tea\": \"green\"}"));
    assertThat(reported.get("run_id")).isEqualTo(finished.json().get("run_id"));
    assertThat(Json.plain(reported.get("answers")))
        .as("refs in the order of their answers: quick, slow; the third was cancelled")
        .isEqualTo(
            List.of(
                List.of(12, "done", "quick"),
                List.of(11, "done", "slow"),
                List.of(13, "cancelled", "")));
    assertThat(reported.get("refused").stringValue()).contains("schema");
    assertThat(reported.get("files").stringValue()).isEqualTo("slow");
    assertThat(reported.get("spent_tokens").intValue()).isPositive();

    JsonNode status = owf.json("status", "latest");
    assertThat(column(status.get("calls"), "status")).containsExactly("done", "done", "cancelled");
    assertThat(column(status.get("calls"), "label")).containsExactly("first", "second", "third");
    assertThat(status.at("/run/workflow_name").stringValue()).isEqualTo("driven");
    assertThat(column(owf.json("events", "latest"), "message"))
        .containsSubsequence("opening", "halfway", "closing");
  }

  @Test
  void anUnknownProtocolVersionIsRefusedWithBothNamed() throws IOException {
    Finished finished = drive("wrong_version");

    JsonNode reported = reported("wrong_version");
    assertThat(reported.get("code").stringValue()).isEqualTo("FAILED_PRECONDITION");
    assertThat(reported.get("details").stringValue()).contains("999", "version 1");
    assertThat(finished.exitCode()).as(finished.toString()).isNotZero();
    assertThat(finished.json().has("error")).isTrue();
  }

  @Test
  void onlyTheBearerOfTheLaunchsTokenIsLetIn() throws IOException {
    Finished finished = drive("strangers");

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(Json.plain(reported("strangers")))
        .isEqualTo(
            List.of(
                "UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED", "UNAUTHENTICATED", "OK"));
  }

  @Test
  void whatBreaksTheProtocolIsAnErrorOfItsSender() throws IOException {
    Finished finished = drive("nonsense");

    assertThat(Json.plain(reported("nonsense")))
        .isEqualTo(List.of("INVALID_ARGUMENT", "INVALID_ARGUMENT"));
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(1);
    assertThat(finished.json().get("status").stringValue()).isEqualTo("interrupted");
  }
}

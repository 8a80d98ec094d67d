package dev.agentworkflows.coordinator.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedactedOutputTest {

  private static final String KEY = "sk-12345678";

  private final ByteArrayOutputStream target = new ByteArrayOutputStream();
  private final Redactor redactor = new Redactor(Map.of("K", KEY));
  private final RedactedOutput output = new RedactedOutput(target, 0, () -> redactor);

  @Test
  void aKeyThatComesInPiecesIsTakenOut() throws IOException {
    for (byte b : ("before " + KEY + " after\n").getBytes(UTF_8)) {
      output.write(b);
    }
    assertThat(target.toString(UTF_8)).isEqualTo("before [redacted:K] after\n");
  }

  @Test
  void whatIsLessThanALineWaitsForTheRestOrAFlush() throws IOException {
    output.write(("one\n" + KEY.substring(0, 5)).getBytes(UTF_8));
    assertThat(target.toString(UTF_8)).isEqualTo("one\n");
    output.write(KEY.substring(5).getBytes(UTF_8));
    output.flush();
    assertThat(target.toString(UTF_8)).isEqualTo("one\n[redacted:K]");
  }

  @Test
  void bytesThatAreNoTextStayAsTheyAreAroundAKey() throws IOException {
    byte[] odd = {(byte) 0xff, 0, (byte) 0xe4, '\n'};
    output.write(odd);
    assertThat(target.toByteArray()).isEqualTo(odd);
    target.reset();
    output.write(("\u00ff" + KEY + "\u00e4\n").getBytes(ISO_8859_1));
    assertThat(target.toString(ISO_8859_1)).isEqualTo("\u00ff[redacted:K]\u00e4\n");
  }

  @Test
  void fewLinesWaitForMoreWherePatienceIsAskedFor() throws IOException {
    RedactedOutput patient = new RedactedOutput(target, 100, () -> redactor);
    patient.write("one\n".getBytes(UTF_8));
    assertThat(target.size()).isZero();
    patient.write(("x".repeat(100) + "\nrest").getBytes(UTF_8));
    assertThat(target.toString(UTF_8)).isEqualTo("one\n" + "x".repeat(100) + "\n");
    patient.close();
    assertThat(target.toString(UTF_8)).endsWith("\nrest");
  }
}

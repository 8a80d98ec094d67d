package dev.agentworkflows.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the demo program prints: events {@code turn}, {@code answer} and {@code error}. */
final class DemoOutput {

  private static final int MAX_LINE = 1 << 20;

  private final Fault fault;
  private final List<String> kept = new ArrayList<>();
  private @Nullable String text;
  private @Nullable String failure;
  private @Nullable Instant resetsAt;
  private String why = "";
  private boolean began;

  DemoOutput(Fault fault) {
    this.fault = fault;
  }

  void read(InputStream in) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] chunk = new byte[1 << 16];
    try (in) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        for (int i = 0; i < count; i++) {
          if (chunk[i] == '\n') {
            line(line);
          } else if (line.size() < MAX_LINE || fault == Fault.KEEPS_LONG_LINES) {
            line.write(chunk[i]);
          }
        }
      }
      if (fault != Fault.NEEDS_A_LINE_BREAK) {
        line(line);
      }
    } catch (IOException e) {
      // The call is over.
    }
  }

  private synchronized void line(ByteArrayOutputStream bytes) {
    String line = bytes.toString(StandardCharsets.UTF_8);
    if (fault == Fault.DROPS_BYTES) {
      line = line.replace("\uFFFD", "");
    }
    if (fault == Fault.KEEPS_LONG_LINES && line.length() > MAX_LINE) {
      kept.add(line);
    }
    bytes.reset();
    if (fault == Fault.KEEPS_EVENTS) {
      kept.add(line);
    }
    if (fault == Fault.TAKES_HALF_A_LINE && line.startsWith("{\"event\":\"answer\"")) {
      text = line.replaceAll(".*\"text\":\"|\".*", "");
      return;
    }
    try {
      event(JsonMapper.shared().readTree(line));
    } catch (JacksonException e) {
      if (fault == Fault.TRUSTS_LINES) {
        failure = "no JSON";
      }
    }
  }

  private void event(JsonNode event) {
    String type = event.path("event").asString("");
    if (fault == Fault.TRUSTS_LINES && type.isEmpty()) {
      failure = "no event";
    }
    began |= type.equals("turn");
    if (type.equals("answer") && event.path("text").isString()) {
      text = event.path("text").stringValue();
    } else if (type.equals("error")) {
      failure = event.path("kind").asString("");
      why = event.path("why").asString("no reason");
      JsonNode resets = event.path("resets");
      if (resets.canConvertToLong() && resets.isIntegralNumber()) {
        resetsAt = Instant.ofEpochSecond(resets.longValue());
      }
    }
  }

  synchronized boolean isComplete() {
    return text != null || failure != null;
  }

  synchronized @Nullable String text() {
    if (fault == Fault.TRUSTS_TYPES && text == null && failure == null) {
      throw new IllegalStateException("an answer was expected");
    }
    return failure == null ? text : null;
  }

  synchronized @Nullable String failure() {
    return failure;
  }

  synchronized @Nullable Instant resetsAt() {
    return resetsAt;
  }

  synchronized String why() {
    return why;
  }

  synchronized boolean began() {
    return began;
  }
}

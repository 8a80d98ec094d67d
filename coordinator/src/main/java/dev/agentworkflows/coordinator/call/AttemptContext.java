package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.UsageWindow;
import dev.agentworkflows.store.GeneralizedUtf8;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt tells while it is out. A transcript that can't be written costs the call
 * nothing: people are told, once.
 */
final class AttemptContext implements CallContext, AutoCloseable {

  /** Learns what the provider says of its limits. */
  interface Limits {

    /** It will take no more calls for so long. */
    void reached(Duration resetsAfter);

    /** So much of a window of its login is used. */
    void used(UsageWindow window);
  }

  private final CallMeter meter;

  private final int attempt;
  private final AdmittedCall call;
  private final String provider;
  private final Redactor redactor;
  private final Limits limits;
  private final @Nullable BigDecimal maxCostUsd;
  private @Nullable OutputStream transcript;
  private boolean closed;

  /**
   * @param maxCostUsd what is set aside for the attempt; null without a budget of money
   */
  AttemptContext(
      CallMeter meter,
      int attempt,
      AdmittedCall call,
      String provider,
      Redactor redactor,
      Limits limits,
      @Nullable BigDecimal maxCostUsd) {
    this.meter = meter;
    this.attempt = attempt;
    this.maxCostUsd = maxCostUsd;
    this.call = call;
    this.provider = provider;
    this.redactor = redactor;
    this.limits = limits;
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public void progress(String message) {
    call.scope().events().progress(call.id(), redactor.redact(message));
  }

  @Override
  public Optional<BigDecimal> maxCostUsd() {
    return Optional.ofNullable(maxCostUsd);
  }

  @Override
  public void warning(String message) {
    String redacted = redactor.redact(message);
    if (call.scope().mayWarn(provider + ": " + redacted)) {
      call.scope().events().warning(call.id(), redacted);
    }
  }

  @Override
  public void answering(String model) {
    meter.answering(model);
  }

  @Override
  public void limitReached(Duration resetsAfter) {
    limits.reached(resetsAfter);
  }

  @Override
  public void usageWindow(UsageWindow window) {
    limits.used(
        new UsageWindow(redactor.redact(window.name()), window.utilization(), window.resetsAt()));
  }

  @Override
  public synchronized void transcript(String jsonLine) {
    if (closed) {
      return;
    }
    try {
      if (transcript == null) {
        transcript = open();
      }
      transcript.write(GeneralizedUtf8.encode(redactor.redact(jsonLine)));
      transcript.write('\n');
    } catch (IOException e) {
      warn(e);
    }
  }

  private OutputStream open() throws IOException {
    Path run = call.scope().runDirectory();
    Path file = Transcripts.file(run, call.id());
    PrivateFiles.createDirectoriesBelow(run, file.resolveSibling(""));
    return new BufferedOutputStream(PrivateFiles.append(file));
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      if (transcript != null) {
        transcript.close();
      }
    } catch (IOException e) {
      warn(e);
    }
  }

  private void warn(IOException e) {
    closed = true;
    call.scope()
        .events()
        .warning(call.id(), "the transcript could not be written: " + FileErrors.reason(e));
  }
}

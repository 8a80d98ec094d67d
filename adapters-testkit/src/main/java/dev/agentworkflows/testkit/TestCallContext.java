package dev.agentworkflows.testkit;

import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.UsageWindow;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A {@link CallContext} that remembers what an adapter told it. Thread-safe. */
public final class TestCallContext implements CallContext {

  private final List<String> progress = new CopyOnWriteArrayList<>();
  private final List<String> transcript = new CopyOnWriteArrayList<>();
  private final List<Duration> limitsReached = new CopyOnWriteArrayList<>();
  private final List<UsageWindow> usageWindows = new CopyOnWriteArrayList<>();

  private final List<String> models = new CopyOnWriteArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private volatile @Nullable BigDecimal maxCostUsd;

  /** What an attempt may cost from now on. */
  public void limitCostTo(BigDecimal usd) {
    maxCostUsd = usd;
  }

  @Override
  public Optional<BigDecimal> maxCostUsd() {
    return Optional.ofNullable(maxCostUsd);
  }

  @Override
  public void warning(String message) {
    warnings.add(message);
  }

  @Override
  public void answering(String model) {
    models.add(model);
  }

  /** Which models were told to answer, in order. */
  public List<String> models() {
    return List.copyOf(models);
  }

  /** What was warned of, in order. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public int attempt() {
    return 1;
  }

  @Override
  public void progress(String message) {
    progress.add(message);
  }

  @Override
  public void transcript(String jsonLine) {
    transcript.add(jsonLine);
  }

  @Override
  public void limitReached(Duration resetsAfter) {
    limitsReached.add(resetsAfter);
  }

  @Override
  public void usageWindow(UsageWindow window) {
    usageWindows.add(window);
  }

  /** How much of the login's windows was told to be used, in order. */
  public List<UsageWindow> usageWindows() {
    return List.copyOf(usageWindows);
  }

  /** What was told to people, in order. */
  public List<String> progress() {
    return List.copyOf(progress);
  }

  /** The lines of the transcript, in order. */
  public List<String> transcript() {
    return List.copyOf(transcript);
  }

  /** How long the provider would refuse further calls, as answers said, in order. */
  public List<Duration> limitsReached() {
    return List.copyOf(limitsReached);
  }
}

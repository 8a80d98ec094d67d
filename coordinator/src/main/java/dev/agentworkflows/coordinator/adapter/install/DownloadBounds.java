package dev.agentworkflows.coordinator.adapter.install;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.aether.transfer.AbstractTransferListener;
import org.eclipse.aether.transfer.TransferCancelledException;
import org.eclipse.aether.transfer.TransferEvent;

/** Ends a download that is larger, of more files, or slower than any adapter is. Thread-safe. */
final class DownloadBounds extends AbstractTransferListener {

  /**
   * How much may be fetched for one adapter.
   *
   * @param fileBytes of one file
   * @param bytes of all
   * @param time for all
   */
  record Limits(long fileBytes, long bytes, int files, Duration time) {
    static final Limits USUAL = new Limits(200L << 20, 600L << 20, 5_000, Duration.ofMinutes(20));
  }

  private final Limits limits;
  private final long start = System.nanoTime();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger files = new AtomicInteger();

  DownloadBounds(Limits limits) {
    this.limits = limits;
  }

  @Override
  public void transferInitiated(TransferEvent event) throws TransferCancelledException {
    if (files.incrementAndGet() > limits.files()) {
      throw tooMuch(event, "more than %,d files were asked for".formatted(limits.files()));
    }
    checkTime(event);
  }

  /** Where the server says how large it is, before any of it is fetched. */
  @Override
  public void transferStarted(TransferEvent event) throws TransferCancelledException {
    if (event.getResource().getContentLength() > limits.fileBytes()) {
      throw tooLarge(event);
    }
  }

  @Override
  public void transferProgressed(TransferEvent event) throws TransferCancelledException {
    long all = bytes.addAndGet(event.getDataLength());
    if (event.getTransferredBytes() > limits.fileBytes()) {
      throw tooLarge(event);
    }
    if (all > limits.bytes()) {
      throw tooMuch(event, "more than %,d bytes came in all".formatted(limits.bytes()));
    }
    checkTime(event);
  }

  private void checkTime(TransferEvent event) throws TransferCancelledException {
    if (System.nanoTime() - start > limits.time().toNanos()) {
      throw tooMuch(event, "it took longer than %d s".formatted(limits.time().toSeconds()));
    }
  }

  private TransferCancelledException tooLarge(TransferEvent event) {
    return tooMuch(event, "it is larger than %,d bytes".formatted(limits.fileBytes()));
  }

  private static TransferCancelledException tooMuch(TransferEvent event, String what) {
    return new TransferCancelledException(
        "the download of %s was ended: %s".formatted(event.getResource().getResourceName(), what));
  }
}

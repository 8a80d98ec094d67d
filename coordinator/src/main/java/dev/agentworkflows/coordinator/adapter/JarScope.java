package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.Usage;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The place that code of one third party's adapter runs in: with its own class loader as the
 * thread's, and with every failure told as that adapter's. Thread-safe.
 */
record JarScope(String provider, Path path, ClassLoader loader) {

  /** Runs some of the adapter's code. */
  <T> T inside(Callable<T> code) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return code.call();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * Runs code that must give something.
   *
   * @param doing what it is for, to tell it when it fails
   * @throws AdapterException the adapter's own; or one that tells of whatever else it threw, also
   *     of what it never declared, as languages without checked exceptions allow
   */
  <T> T answer(String doing, Callable<@Nullable T> code)
      throws AdapterException, InterruptedException {
    T given;
    try {
      given = inside(code);
    } catch (AdapterException | InterruptedException e) {
      throw e;
    } catch (OutOfMemoryError | InternalError e) {
      throw e;
    } catch (Throwable e) {
      throw failure(doing + " threw " + e, e);
    }
    if (given == null) {
      throw failure(doing + " gave null", null);
    }
    return given;
  }

  /** The adapter, as people are told of it. */
  String what() {
    return "the adapter of '" + provider + "' (" + path + ")";
  }

  private AdapterException failure(String happened, @Nullable Throwable cause) {
    return new AdapterException(
        Kind.PERMANENT,
        what() + " is at fault: " + happened + ". Tell its author.",
        null,
        Usage.UNKNOWN,
        cause);
  }
}

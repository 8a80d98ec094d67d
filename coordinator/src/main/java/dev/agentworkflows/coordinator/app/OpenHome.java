package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.Causes;
import dev.agentworkflows.coordinator.StartTrace;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.run.CoordinatorLocks;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.SqliteNative;
import dev.agentworkflows.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A home whose store is open, and what use cases need besides.
 *
 * @param store closed with this
 * @param variables the environment's
 * @param redactor takes keys out of what is written; asked for when it is needed
 */
public record OpenHome(
    WorkflowHome home,
    Store store,
    Map<String, String> variables,
    Clock clock,
    Supplier<Redactor> redactor)
    implements AutoCloseable {

  /**
   * Opens a home, makes its database where there is none, and marks the runs of coordinators that
   * are gone.
   */
  public static OpenHome open(
      WorkflowHome home, Environment environment, Supplier<Redactor> redactor) {
    prepare(environment);
    Store store = Store.open(home.database());
    StartTrace.reached("the database is open");
    OpenHome open = of(home, store, environment, redactor);
    try {
      open.markOrphanedRuns();
      return open;
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }

  /**
   * Opens a home that has a database, which need not be writable.
   *
   * @param notMarked told why the runs of coordinators that are gone can't be marked
   */
  public static OpenHome openToRead(
      WorkflowHome home,
      Environment environment,
      Supplier<Redactor> redactor,
      Consumer<String> notMarked) {
    prepare(environment);
    Store store = Store.openToRead(home.database());
    OpenHome open = of(home, store, environment, redactor);
    try {
      open.markOrphanedRuns();
      return open;
    } catch (CompletionException e) {
      // What can't be written can be read.
      notMarked.accept(String.valueOf(Causes.of(e).getMessage()));
      return open;
    } catch (RuntimeException | Error e) {
      store.close();
      throw e;
    }
  }

  /** Makes the database of a home that has none. */
  public static void make(WorkflowHome home, Environment environment) {
    prepare(environment);
    Store.open(home.database()).close();
  }

  private static OpenHome of(
      WorkflowHome home, Store store, Environment environment, Supplier<Redactor> redactor) {
    return new OpenHome(home, store, environment.variables(), environment.clock(), redactor);
  }

  /** Keeps SQLite's native library in the user's cache instead of unpacking it at every start. */
  static void prepare(Environment environment) {
    SqliteNative.unpackOnceInto(environment.cache().directory());
  }

  /** Ends the runs of coordinators that are gone, which nobody else may be there to see. */
  public void markOrphanedRuns() {
    CoordinatorLocks.markOrphanedRunsInterrupted(home, store, clock);
  }

  /** Whether a file is one of this home's own, and no link leads to it. */
  public boolean holds(Path file) {
    return PrivateFiles.isHeldIn(store.home(), file);
  }

  @Override
  public void close() {
    store.close();
  }
}

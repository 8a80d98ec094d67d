package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.store.SqliteNative;
import dev.agentworkflows.store.Store;
import java.time.Clock;
import java.util.List;

/** Finds out whether runs can be recorded in a home that has a database. */
public final class CheckHome {

  /** Carries no run: so a write in its name changes nothing. */
  private static final String NOBODY = "doctor";

  private CheckHome() {}

  /**
   * Opens the database, and writes to it what changes nothing: that finds what opening does not, a
   * lock that some other program holds.
   *
   * @throws dev.agentworkflows.store.StoreException says which file, what is wrong with it and what
   *     to do
   */
  public static void check(WorkflowHome home, UserCache cache, Clock clock) {
    SqliteNative.unpackOnceInto(cache.directory());
    try (Store store = Store.open(home.database())) {
      store.writer().interruptRunsOf(List.of(NOBODY), clock.instant()).join();
    }
  }
}

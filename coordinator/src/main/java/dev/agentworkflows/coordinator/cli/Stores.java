package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.store.SqliteNative;

/** What has to be done once before the first database is opened. */
final class Stores {

  private Stores() {}

  /** Keeps SQLite's native library in the user's cache instead of unpacking it at every start. */
  static void prepare(Environment environment) {
    SqliteNative.unpackOnceInto(environment.cache().directory());
  }
}

package dev.agentworkflows.adapter.cli;

/** Who listens to a program's standard output. Told everything in order, by one thread. */
interface Listener {

  /** One line, without its end. */
  void line(String line);

  /** A line was too long, and is left out here. */
  default void lineLeftOut() {}

  /** Whether, as far as was told until now, nothing more than the program's end is to come. */
  default boolean heardAll() {
    return false;
  }
}

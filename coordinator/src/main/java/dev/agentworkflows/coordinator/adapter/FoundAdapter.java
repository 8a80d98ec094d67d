package dev.agentworkflows.coordinator.adapter;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** What one entry of an adapters directory turned out to be. */
public sealed interface FoundAdapter {

  /** The jar, or the directory of jars. */
  Path path();

  /**
   * It can be used.
   *
   * @param factories one or more
   * @param spiLevel what its manifest says that it was built for; empty when it does not say
   */
  record Usable(Path path, List<JarFactory> factories, OptionalInt spiLevel)
      implements FoundAdapter {}

  /**
   * It can't be used; the others can.
   *
   * @param problem what is wrong and what to do, without the path
   */
  record Broken(Path path, String problem) implements FoundAdapter {}
}

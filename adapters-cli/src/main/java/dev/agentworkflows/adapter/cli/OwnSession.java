package dev.agentworkflows.adapter.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A session of its own for a process that we start, where the system has the {@code setsid}
 * program: Ctrl-C at a terminal then reaches us alone, and we end the call in good order.
 */
final class OwnSession {

  private OwnSession() {}

  /** What to put before a command line; empty where there is no such program. */
  static List<String> prefix(Map<String, String> environment) {
    return ProgramPath.search("setsid", environment).map(Path::toString).stream().toList();
  }
}

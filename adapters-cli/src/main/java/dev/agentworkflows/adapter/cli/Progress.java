package dev.agentworkflows.adapter.cli;

import tools.jackson.databind.JsonNode;

/** What an agent is doing, in a few words for a screen. */
public final class Progress {

  private static final int MAX_LENGTH = 100;

  private Progress() {}

  /** A tool and what it is used on. */
  static String of(String tool, JsonNode input) {
    for (String name : new String[] {"file_path", "path", "pattern", "command", "url"}) {
      String on = input.path(name).asString("");
      if (!on.isBlank()) {
        return shortened(tool + " " + on);
      }
    }
    return shortened(tool);
  }

  public static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
  }
}

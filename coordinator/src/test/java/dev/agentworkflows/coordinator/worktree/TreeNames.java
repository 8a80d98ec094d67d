package dev.agentworkflows.coordinator.worktree;

import java.nio.charset.StandardCharsets;
import java.util.Collection;

/** Whether paths are named: in lists of files, in texts for people. */
final class TreeNames {

  private static final String BEFORE = " '\"`(:/";
  private static final String AFTER = " ,'\"`):;/\n";

  private TreeNames() {}

  /** Whether a path or a directory that it is in is on the list, or in one of the texts. */
  static boolean named(String path, Collection<String> list, Collection<String> texts) {
    String part = path;
    while (true) {
      String name = text(part);
      if (list.contains(name) || list.contains(name + "/")) {
        return true;
      }
      if (texts.stream().anyMatch(text -> mentions(text, name))) {
        return true;
      }
      int slash = part.lastIndexOf('/');
      if (slash < 0) {
        return false;
      }
      part = part.substring(0, slash);
    }
  }

  /** Latin-1 bytes as the product has names: UTF-8, other bytes escaped as Python does. */
  static String text(String path) {
    byte[] bytes = (path + "\0").getBytes(StandardCharsets.ISO_8859_1);
    return FileNames.split(bytes).get(0);
  }

  private static boolean mentions(String text, String name) {
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      int end = at + name.length();
      if ((at == 0 || BEFORE.indexOf(text.charAt(at - 1)) >= 0)
          && (end == text.length() || AFTER.indexOf(text.charAt(end)) >= 0)) {
        return true;
      }
    }
    return false;
  }
}

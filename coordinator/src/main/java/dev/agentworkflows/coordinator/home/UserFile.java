package dev.agentworkflows.coordinator.home;

import java.nio.file.Path;
import java.util.Map;

/** Where a file of the user's own is, as a variable names it. */
public final class UserFile {

  private UserFile() {}

  /**
   * The file that a variable names, where {@code ~/} is the user's home as a shell has it: files
   * with variables ({@code .env}) are read without one.
   */
  public static Path named(String text, Map<String, String> environment) {
    String name = text.strip();
    return name.startsWith("~/")
        ? UserHome.of(environment).resolve(name.substring(2))
        : Path.of(name);
  }

  /** The file of this name in {@code ~/.workflows}. */
  public static Path usual(String name, Map<String, String> environment) {
    return UserHome.of(environment).resolve(".workflows").resolve(name);
  }
}

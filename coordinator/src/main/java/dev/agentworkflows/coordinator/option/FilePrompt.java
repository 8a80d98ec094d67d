package dev.agentworkflows.coordinator.option;

/** Puts the texts that a call names before its prompt, where models find long ones best. */
final class FilePrompt {

  private FilePrompt() {}

  static void append(StringBuilder texts, String path, String text) {
    texts.append("<file path=\"").append(escaped(path)).append("\">\n").append(text);
    if (!text.endsWith("\n")) {
      texts.append('\n');
    }
    texts.append("</file>\n\n");
  }

  /** A name must not look like what is around it. */
  private static String escaped(String path) {
    return path.replace("&", "&amp;")
        .replace("\"", "&quot;")
        .replace("<", "&lt;")
        .replace("\n", "&#10;")
        .replace("\r", "&#13;");
  }
}

package dev.agentworkflows.spi;

import java.util.Base64;

/**
 * An image or a PDF that goes with a call's prompt. Texts are none: they stand in the prompt.
 *
 * @since level 5
 */
public final class AttachedFile {

  /** What it is, by its content. */
  public enum Type {
    PNG("image/png", ".png"),
    JPEG("image/jpeg", ".jpg"),
    GIF("image/gif", ".gif"),
    WEBP("image/webp", ".webp"),
    PDF("application/pdf", ".pdf");

    private final String mediaType;
    private final String suffix;

    Type(String mediaType, String suffix) {
      this.mediaType = mediaType;
      this.suffix = suffix;
    }

    public String mediaType() {
      return mediaType;
    }

    /** Of a file's name, with its dot. */
    public String suffix() {
      return suffix;
    }

    public boolean isImage() {
      return this != PDF;
    }
  }

  private final String name;
  private final Type type;
  private final byte[] content;

  /**
   * @param name its path as the script wrote it
   * @param content the file's own from now on
   */
  public AttachedFile(String name, Type type, byte[] content) {
    this.name = name;
    this.type = type;
    this.content = content;
  }

  /** Its path as the script wrote it: for people and models, not to be opened. */
  public String name() {
    return name;
  }

  public Type type() {
    return type;
  }

  /** Not to be changed. */
  public byte[] content() {
    return content;
  }

  /** As JSON takes it. */
  public String base64() {
    return Base64.getEncoder().encodeToString(content);
  }

  /** As an address that holds its content: {@code data:image/png;base64,…}. */
  public String dataUrl() {
    return "data:" + type.mediaType() + ";base64," + base64();
  }
}

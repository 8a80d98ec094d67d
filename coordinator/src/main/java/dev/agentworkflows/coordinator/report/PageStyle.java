package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How pages look: one style sheet for reports and for the web view. */
public final class PageStyle {

  private static final String RESOURCE = "page.css";

  private PageStyle() {}

  /** The style sheet. */
  public static String sheet() {
    try (InputStream sheet = PageStyle.class.getResourceAsStream(RESOURCE)) {
      if (sheet == null) {
        throw new IllegalStateException("the style sheet is missing in this build");
      }
      return new String(sheet.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the style sheet of this build can't be read", e);
    }
  }

  /** What allows this sheet alone in a page's content security policy. */
  static String hash(String sheet) {
    byte[] digest = Sha256.of(sheet.getBytes(StandardCharsets.UTF_8));
    return "sha256-" + Base64.getEncoder().encodeToString(digest);
  }
}

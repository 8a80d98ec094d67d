package dev.agentworkflows.coordinator.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveAreaTest {

  private static final List<String> LINES = List.of("one", "two");

  private final LiveArea area = new LiveArea();

  private String frame(String printed) {
    return new String(area.frame(printed.getBytes(UTF_8), LINES), UTF_8);
  }

  @Test
  void aFrameShowsTheCursorAgainAndLeavesItAboveTheLines() {
    String frame = frame("");

    assertThat(frame).contains("one\r\ntwo");
    assertThat(frame.indexOf("\u001b7")).isLessThan(frame.indexOf("one"));
    assertThat(frame.indexOf("two")).isLessThan(frame.indexOf("\u001b8"));
    assertThat(frame).endsWith("\u001b[?25h\u001b[?2026l");
  }

  @Test
  void whatIsPrintedStandsBetweenTheErasedLinesAndTheNew() {
    frame("");

    String next = frame("printed\n");

    assertThat(next).containsSubsequence("\r\u001b[K", "\u001b[J", "printed\n", "one", "two");
  }

  /** What a person types at a prompt is left of the cursor, and must stay. */
  @Test
  void afterHalfALineNothingLeftOfTheCursorIsErased() {
    frame("Name? ");

    String next = frame("");

    assertThat(next.indexOf("\u001b[K\u001b7")).isPositive();
    assertThat(next.substring(0, next.indexOf("\u001b[K\u001b7"))).doesNotContain("\r");
    assertThat(next).contains("\r\none\r\ntwo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001b[31mred", "\u001b]0;title\u0007x", "漢", "😀", "\u001b(Bx"})
  void whatIsCutInTheMiddleWaitsForItsRest(String whole) {
    byte[] bytes = ("a" + whole).getBytes(UTF_8);
    int cut = 2;

    String first = new String(area.frame(Arrays.copyOf(bytes, cut), LINES), UTF_8);
    String second =
        new String(area.frame(Arrays.copyOfRange(bytes, cut, bytes.length), LINES), UTF_8);

    assertThat(first).contains("a\u001bD").doesNotContain("\uFFFD");
    assertThat(second).contains(whole);
  }

  @Test
  void theEndErasesTheLinesAndPrintsWhatWaits() {
    frame("half");
    byte[] cut = {(byte) 0xe6, (byte) 0xbc};

    assertThat(area.end(cut)).startsWith(0x1b, '[', 'K').endsWith(0xe6, 0xbc, '\r', '\n');
    assertThat(area.end(new byte[0])).isEmpty();
  }

  @Test
  void withoutLinesNothingButWhatIsPrintedReachesTheScreen() {
    assertThat(new String(area.frame("x\n".getBytes(UTF_8), List.of()), UTF_8))
        .isEqualTo("\u001b[?2026h\u001b[?25lx\n\u001b[?25h\u001b[?2026l");
  }
}

package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.report.TimelineLayout.Band;
import dev.agentworkflows.coordinator.report.TimelineLayout.Bar;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The timeline of a run as a drawing: each call a bar, its waiting a thin line before it. Few calls
 * are links with a hint each; of many, those that look alike are one path.
 */
final class TimelineChart {

  private static final int WIDTH = 1200;
  private static final int GUTTER = 150;
  private static final int EDGE = 8;
  private static final int AXIS = 26;
  private static final int BAND_GAP = 8;
  private static final int TALLEST = 640;

  /** A path has no hints, but costs a browser nothing. */
  private static final int MAX_LINKS = 1_500;

  /** More bars than pixels; of more calls, those that failed and each n-th of the others. */
  private static final int MAX_BARS = 20_000;

  private static final long[] TICKS_MS = {
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    14_400_000,
    28_800_000,
    86_400_000
  };

  private final Html html;
  private final TimelineLayout layout;
  private final boolean links;
  private final int step;
  private final int stepOfFailed;
  private final double pitch;
  private final int height;

  private TimelineChart(Html html, TimelineLayout layout, int calls) {
    this.html = html;
    this.layout = layout;
    this.links = calls <= MAX_LINKS;
    long failed =
        layout.bands().stream()
            .flatMap(band -> band.bars().stream())
            .filter(bar -> bar.style() == CallStyle.FAILED)
            .count();
    this.step = Math.max(1, (calls + MAX_BARS - 1) / MAX_BARS);
    this.stepOfFailed = (int) Math.max(1, (failed + MAX_BARS - 1) / MAX_BARS);
    int lanes = Math.max(1, layout.lanes());
    this.pitch = lanes <= 28 ? 20 : lanes <= 60 ? 12 : Math.min(8, (double) TALLEST / lanes);
    this.height = (int) Math.ceil(AXIS + lanes * pitch + BAND_GAP * layout.bands().size()) + EDGE;
  }

  /** Draws the calls; a drawing of 10,000 of them takes a quarter of a megabyte. */
  static void draw(Html html, Instant began, List<CallRecord> calls, Instant now) {
    double narrowest = calls.size() <= MAX_LINKS ? 4 : 2;
    TimelineLayout layout = TimelineLayout.of(began, calls, now, WIDTH - GUTTER - EDGE, narrowest);
    new TimelineChart(html, layout, calls.size()).draw(calls);
  }

  private void draw(List<CallRecord> calls) {
    html.open("figure", "class", links ? "timeline" : "timeline dense").newLine();
    legend(calls);
    html.open("div", "class", "scroll");
    html.open(
        "svg",
        "viewBox",
        "0 0 " + WIDTH + " " + height,
        "role",
        "img",
        "aria-label",
        "Timeline of %s in %s; at most %s at once. The list of calls tells the same in words."
            .formatted(
                Figures.count(calls.size(), "call"),
                Figures.duration(layout.span()),
                Figures.number(layout.mostAtOnce())));
    patterns();
    axis();
    double top = AXIS;
    for (Band band : layout.bands()) {
      band(band, top);
      top += band.lanes() * pitch + BAND_GAP;
    }
    html.close("svg").close("div").newLine();
    html.leaf("figcaption", caption(calls)).close("figure").newLine();
  }

  private String caption(List<CallRecord> calls) {
    long busy =
        calls.stream()
            .filter(call -> CallStyle.of(call) != CallStyle.CACHED)
            .mapToLong(call -> call.attempts().durationMs())
            .sum();
    String most = "At most " + Figures.count(layout.mostAtOnce(), "call") + " at once";
    String all =
        step == 1
            ? ""
            : " Of every %s calls that did not fail, one is drawn.".formatted(Figures.number(step));
    return busy == 0
        ? most + "." + all
        : "%s; providers worked %s in %s of time.%s"
            .formatted(
                most,
                Figures.duration(Duration.ofMillis(busy)),
                Figures.duration(layout.span()),
                all);
  }

  private void legend(List<CallRecord> calls) {
    Map<CallStyle, Integer> counts = new EnumMap<>(CallStyle.class);
    calls.forEach(call -> counts.merge(CallStyle.of(call), 1, Integer::sum));
    html.open("ul", "class", "legend");
    counts.forEach((style, count) -> {
      html.open("li").leaf("span", "", "class", "mark " + style.word());
      html.text(" " + style.word() + " ").leaf("b", Figures.number(count)).close("li");
    });
    if (calls.stream().anyMatch(call -> call.attempts().queueMs() > 0)) {
      html.open("li").leaf("span", "", "class", "mark waited").text(" waiting").close("li");
    }
    html.close("ul").newLine();
  }

  /** What looks differ by besides their colour. */
  private void patterns() {
    html.raw(
        """
        <defs><pattern id="p-failed" width="6" height="6" patternUnits="userSpaceOnUse" \
        patternTransform="rotate(45)"><rect class="failed" width="6" height="6"/>\
        <rect class="stripe" width="2" height="6"/></pattern>\
        <pattern id="p-running" width="6" height="6" patternUnits="userSpaceOnUse">\
        <rect class="running" width="6" height="6"/><rect class="stripe" width="2" height="6"/>\
        </pattern></defs>\
        """);
  }

  private void axis() {
    long span = layout.span().toMillis();
    long step = TICKS_MS[TICKS_MS.length - 1];
    for (long candidate : TICKS_MS) {
      if (span / candidate <= 8) {
        step = candidate;
        break;
      }
    }
    step = Math.max(step, span / 12);
    double usable = WIDTH - GUTTER - EDGE;
    html.open("g", "class", "axis");
    for (long at = 0; at <= span; at += step) {
      double x = GUTTER + usable * at / Math.max(1, span);
      String anchor = at == 0 ? "start" : x > WIDTH - 60 ? "end" : "middle";
      html.raw("<path d=\"M" + n(x) + " " + (AXIS - 6) + "V" + height + "\"/>");
      html.raw("<text x=\"" + n(x) + "\" y=\"14\" text-anchor=\"" + anchor + "\">");
      html.text(at == 0 ? "0" : tick(at)).raw("</text>");
    }
    html.close("g").newLine();
  }

  private static String tick(long millis) {
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return (millis % 1_000 == 0 ? millis / 1_000 : millis / 1_000.0) + " s";
    }
    return millis < 3_600_000
        ? String.format(Locale.ROOT, "%d:%02d min", millis / 60_000, millis / 1_000 % 60)
        : String.format(Locale.ROOT, "%d:%02d h", millis / 3_600_000, millis / 60_000 % 60);
  }

  private void band(Band band, double top) {
    double bottom = top + band.lanes() * pitch;
    html.raw(
        "<rect class=\"band\" x=\"0\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"4\"/>"
            .formatted(n(top - 3), n(WIDTH), n(bottom - top + 6)));
    double middle = Math.max(top + 11, Math.min((top + bottom) / 2 + 4, top + 60));
    html.raw("<text class=\"phase\" x=\"8\" y=\"" + n(middle) + "\">");
    html.text(fitting(band.name(), GUTTER - 16, 6.6)).raw("</text>").newLine();
    waits(band, top);
    if (links) {
      band.bars().forEach(bar -> link(bar, top));
    } else {
      paths(band, top);
    }
  }

  private boolean isDrawn(Bar bar) {
    // Of very many failures, no more than of the others.
    int step = bar.style() == CallStyle.FAILED ? stepOfFailed : this.step;
    return bar.call().identity().index() % step == 0;
  }

  private double barHeight() {
    return pitch > 6 ? pitch - 3 : pitch > 2 ? pitch - 0.6 : pitch;
  }

  private void waits(Band band, double top) {
    StringBuilder path = new StringBuilder();
    for (Bar bar : band.bars()) {
      if (bar.waited() >= 1 && isDrawn(bar)) {
        double y = top + bar.lane() * pitch + barHeight() / 2;
        path.append('M').append(n(GUTTER + bar.x())).append(' ').append(n(y));
        path.append('h').append(n(bar.waited()));
      }
    }
    if (!path.isEmpty()) {
      html.raw("<path class=\"waited\" d=\"" + path + "\"/>").newLine();
    }
  }

  private void link(Bar bar, double top) {
    CallRecord call = bar.call();
    double x = GUTTER + bar.x() + solidOffset(bar);
    double width = bar.width() - solidOffset(bar);
    double y = top + bar.lane() * pitch;
    CallIdentity identity = call.identity();
    // Not in the tab order: the list of calls has the same links, in words.
    html.open("a", "href", "#c" + identity.index(), "tabindex", "-1");
    html.open("title")
        .text(
            "%s: %s, %s"
                .formatted(
                    CallNames.numbered(identity),
                    CallStyle.word(call),
                    Figures.duration(Duration.ofMillis(call.attempts().durationMs()))))
        .close("title");
    html.raw(
        "<rect class=\"bar %s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"2\"/>"
            .formatted(bar.style().word(), n(x), n(y), n(width), n(barHeight())));
    if (pitch >= 20 && width > 34) {
      html.raw("<text class=\"in\" x=\"" + n(x + 5) + "\" y=\"" + n(y + 12.5) + "\">");
      String name = identity.label() == null ? "#" + identity.index() : identity.label();
      html.text(fitting(name, width - 8, 6.2)).raw("</text>");
    }
    html.close("a").newLine();
  }

  private static double solidOffset(Bar bar) {
    return Math.min(bar.waited() >= 1 ? bar.waited() : 0, bar.width() - 2);
  }

  private void paths(Band band, double top) {
    Map<CallStyle, StringBuilder> paths = new EnumMap<>(CallStyle.class);
    String h = n(barHeight());
    for (Bar bar : band.bars()) {
      if (!isDrawn(bar)) {
        continue;
      }
      StringBuilder path = paths.computeIfAbsent(bar.style(), style -> new StringBuilder());
      String w = n(bar.width() - solidOffset(bar));
      path.append('M').append(n(GUTTER + bar.x() + solidOffset(bar))).append(' ');
      path.append(n(top + bar.lane() * pitch)).append('h').append(w).append('v').append(h);
      path.append("h-").append(w).append('z');
    }
    paths.forEach((style, path) ->
        html.raw("<path class=\"bar " + style.word() + "\" d=\"" + path + "\"/>").newLine());
  }

  /** As much of a text as fits, by the width of a usual letter. */
  private static String fitting(String text, double width, double letter) {
    String line = VisibleText.line(text);
    int most = Math.max(1, (int) (width / letter));
    if (line.codePointCount(0, line.length()) <= most) {
      return line;
    }
    return line.substring(0, line.offsetByCodePoints(0, most - 1)) + "…";
  }

  /** A number with at most two decimals, short. */
  private static String n(double number) {
    long hundredths = Math.round(number * 100);
    long rest = hundredths % 100;
    String whole = Long.toString(hundredths / 100);
    if (rest == 0) {
      return whole;
    }
    return whole + (rest < 10 ? ".0" : ".") + (rest % 10 == 0 ? rest / 10 : rest);
  }
}

package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.EventRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A run's events as a table: of many, the first and the last. */
final class EventList {

  private static final int MOST_AT_AN_END = 1_000;

  private final Html html;
  private final Instant began;

  EventList(Html html, Instant began) {
    this.html = html;
    this.began = began;
  }

  void write(List<EventRecord> events, String runId) {
    html.open("div", "class", "scroll").open("table", "class", "events").open("thead").open("tr");
    for (String name : List.of("#", "After", "Event", "Phase", "Message", "Data")) {
      html.leaf("th", name, "scope", "col");
    }
    html.close("tr").close("thead").newLine().open("tbody").newLine();
    int left = events.size() - 2 * MOST_AT_AN_END;
    if (left <= 0) {
      events.forEach(this::row);
    } else {
      events.subList(0, MOST_AT_AN_END).forEach(this::row);
      html.open("tr").open("td", "colspan", "6", "class", "note");
      html.text(Figures.number(left) + " events are left out here. All of them: ");
      html.leaf("code", "owf events " + runId).close("td").close("tr").newLine();
      events.subList(events.size() - MOST_AT_AN_END, events.size()).forEach(this::row);
    }
    html.close("tbody").close("table").close("div").newLine();
  }

  private void row(EventRecord event) {
    html.open("tr", "class", event.type().equals("warning") ? "warning" : null);
    html.leaf("td", Long.toString(event.position()), "class", "n");
    Duration after = Duration.between(began, event.at());
    html.leaf("td", Figures.duration(after.isNegative() ? Duration.ZERO : after), "class", "n");
    html.leaf("td", event.type());
    html.leaf("td", event.phase() == null ? Figures.UNKNOWN : event.phase());
    html.leaf("td", event.message());
    html.leaf("td", event.dataJson().equals("{}") ? "" : event.dataJson()).close("tr").newLine();
  }
}

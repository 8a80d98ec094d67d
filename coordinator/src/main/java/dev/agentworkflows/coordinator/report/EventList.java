package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A run's events as a table: of many, the warnings, the first and the last. */
final class EventList {

  /** Bytes that all rows may take. */
  private static final int MAX_ROWS = 600_000;

  private final Html html;
  private final Instant began;

  EventList(Html html, Instant began) {
    this.html = html;
    this.began = began;
  }

  /**
   * Writes the table.
   *
   * @param events in order; what is missing between two shows by their positions
   */
  void write(List<EventRecord> events, String runId) {
    html.open("div", "class", "scroll").open("table", "class", "events").open("thead").open("tr");
    for (String name : List.of("#", "After", "Event", "Phase", "Message", "Data")) {
      html.leaf("th", name, "scope", "col");
    }
    html.close("tr").close("thead").newLine().open("tbody").newLine();
    long before = 0;
    for (Map.Entry<Long, Html> row : rows(events).entrySet()) {
      leftOut(row.getKey() - before - 1, runId);
      html.add(row.getValue());
      before = row.getKey();
    }
    leftOut(events.get(events.size() - 1).position() - before, runId);
    html.close("tbody").close("table").close("div").newLine();
  }

  /** Warnings before all others, then from both ends, as far as there is room. */
  private NavigableMap<Long, Html> rows(List<EventRecord> events) {
    NavigableMap<Long, Html> rows = new TreeMap<>();
    int taken = 0;
    for (EventRecord event : inOrderOfNeed(events)) {
      Html row = row(event);
      taken += row.bytes();
      if (taken > MAX_ROWS) {
        break;
      }
      rows.put(event.position(), row);
    }
    return rows;
  }

  private static List<EventRecord> inOrderOfNeed(List<EventRecord> events) {
    List<EventRecord> ordered = new ArrayList<>();
    events.stream().filter(EventList::isWarning).forEach(ordered::add);
    int last = events.size() - 1;
    for (int i = 0; i <= last - i; i++) {
      ordered.add(events.get(i));
      if (i < last - i) {
        ordered.add(events.get(last - i));
      }
    }
    return ordered.stream().distinct().toList();
  }

  private static boolean isWarning(EventRecord event) {
    return event.type() == EventType.WARNING;
  }

  private void leftOut(long count, String runId) {
    if (count > 0) {
      html.open("tr").open("td", "colspan", "6", "class", "note");
      html.text(Figures.number(count) + " events are left out here. All of them: ");
      html.leaf("code", "owf events " + runId).close("td").close("tr").newLine();
    }
  }

  private Html row(EventRecord event) {
    Html row = new Html();
    row.open("tr", "class", isWarning(event) ? "warning" : null);
    row.leaf("td", Long.toString(event.position()), "class", "n");
    Duration after = Duration.between(began, event.at());
    row.leaf("td", Figures.duration(after.isNegative() ? Duration.ZERO : after), "class", "n");
    row.leaf("td", event.type().label());
    row.leaf("td", event.phase() == null ? Figures.UNKNOWN : event.phase());
    row.leaf("td", event.message());
    row.leaf("td", event.dataJson().equals("{}") ? "" : event.dataJson()).close("tr").newLine();
    return row;
  }
}

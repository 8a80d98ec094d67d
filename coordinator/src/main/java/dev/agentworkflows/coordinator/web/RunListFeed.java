package dev.agentworkflows.coordinator.web;

import dev.agentworkflows.coordinator.app.ListRuns;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.LiveRun;
import dev.agentworkflows.store.StoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lists of some homes' runs, whenever they are others than before. */
final class RunListFeed implements EventStream.Source {

  private static final int MAX_RUNS = 200;

  private final List<ViewedHome> homes;
  private String sent = "";

  RunListFeed(List<ViewedHome> homes) {
    this.homes = homes;
  }

  @Override
  public @Nullable String next() {
    StringBuilder all = new StringBuilder();
    for (ViewedHome home : homes) {
      if (homes.size() > 1) {
        all.append(LiveRun.heading(home.open().home().directory().toString()));
      }
      all.append(home.redactor().redact(runs(home)));
    }
    String runs = all.toString();
    if (runs.equals(sent)) {
      return null;
    }
    sent = runs;
    return Json.write(Json.object().put("html", runs));
  }

  private String runs(ViewedHome home) {
    try {
      home.open().markOrphanedRuns();
      return LiveRun.runs(new ListRuns(home.open()).newest(MAX_RUNS));
    } catch (StoreException e) {
      if (homes.size() == 1) {
        throw e;
      }
      return LiveRun.note("left out: " + e.getMessage());
    }
  }

  @Override
  public boolean ended() {
    return false;
  }
}

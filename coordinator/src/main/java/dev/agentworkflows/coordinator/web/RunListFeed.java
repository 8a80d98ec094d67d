package dev.agentworkflows.coordinator.web;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.LiveRun;
import org.jspecify.annotations.Nullable;

/** The list of a home's runs, whenever it is another one than before. */
final class RunListFeed implements Feed.Source {

  private static final int MOST_RUNS = 200;

  private final ViewedHome viewed;
  private String sent = "";

  RunListFeed(ViewedHome viewed) {
    this.viewed = viewed;
  }

  @Override
  public @Nullable String next() {
    viewed.noticeTheDead();
    String runs = LiveRun.runs(viewed.store().runs(MOST_RUNS));
    if (runs.equals(sent)) {
      return null;
    }
    sent = runs;
    return Json.write(Json.object().put("html", viewed.redactor().redact(runs)));
  }

  @Override
  public boolean ended() {
    return false;
  }
}

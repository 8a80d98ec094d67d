package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.store.RunRecord;
import java.util.Comparator;
import java.util.List;

/** Lists runs, newest first. */
public final class ListRuns {

  private final OpenHome home;

  public ListRuns(OpenHome home) {
    this.home = home;
  }

  /**
   * The newest of a home.
   *
   * @param limit at most so many, one at least
   */
  public List<RunRecord> newest(int limit) {
    if (limit < 1) {
      throw new RefusedException(
          new ScriptRefusal.BadSetting(
              ScriptRefusal.Setting.LIMIT, String.valueOf(limit), "a number above 0"));
    }
    return home.store().reader().runs(limit);
  }

  /** The newest among those of several homes. */
  public static List<RunRecord> newest(List<RunRecord> ofAllHomes, int limit) {
    return ofAllHomes.stream()
        .sorted(Comparator.comparing((RunRecord run) -> run.times().createdAt()).reversed())
        .limit(limit)
        .toList();
  }
}

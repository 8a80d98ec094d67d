package dev.agentworkflows.coordinator.testing;

import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CacheUse;
import dev.agentworkflows.store.CallAttempts;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallProgress;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallUsage;
import dev.agentworkflows.store.CallValidation;
import dev.agentworkflows.store.CallWait;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.JobBudget;
import dev.agentworkflows.store.KeptWorktree;
import dev.agentworkflows.store.RunBudget;
import dev.agentworkflows.store.RunError;
import dev.agentworkflows.store.RunLineage;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunScript;
import dev.agentworkflows.store.RunSettings;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunTimes;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records of runs and calls, plain except for what a test says about them. */
public final class Records {

  public static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private Records() {}

  public static RunBuilder run(String id) {
    return new RunBuilder(id);
  }

  public static CallBuilder call(String runId, int index) {
    return new CallBuilder(runId, index);
  }

  public static EventRecord event(String runId, long position, String type, String message) {
    return new EventRecord(
        runId,
        position,
        EventType.ofLabel(type),
        message,
        "search",
        "{\"n\":1}",
        NOON.plusSeconds(position));
  }

  public static final class RunBuilder {
    private final String id;
    private RunStatus status = RunStatus.DONE;
    private String workflowName = "hello";
    private String cachePolicy = "auto";
    private String workspace = "/work space";
    private @Nullable String resumedFrom;
    private @Nullable String parent;
    private @Nullable Long budgetTokens;
    private @Nullable String errorMessage;
    private @Nullable String directory;
    private @Nullable Long waitForLimits;
    private JobBudget job = JobBudget.NEW;

    private RunBuilder(String id) {
      this.id = id;
    }

    public RunBuilder status(RunStatus value) {
      status = value;
      return this;
    }

    public RunBuilder workflowName(String value) {
      workflowName = value;
      return this;
    }

    public RunBuilder cachePolicy(String value) {
      cachePolicy = value;
      return this;
    }

    public RunBuilder resumedFrom(@Nullable String value) {
      resumedFrom = value;
      return this;
    }

    public RunBuilder workspace(String value) {
      workspace = value;
      return this;
    }

    public RunBuilder directory(String value) {
      directory = value;
      return this;
    }

    public RunBuilder parent(@Nullable String value) {
      parent = value;
      return this;
    }

    public RunBuilder budgetTokens(long value) {
      budgetTokens = value;
      return this;
    }

    public RunBuilder spentEarlier(long tokens, String usd) {
      job = new JobBudget(false, tokens, new BigDecimal(usd));
      return this;
    }

    public RunBuilder waitForLimits(long seconds) {
      waitForLimits = seconds;
      return this;
    }

    public RunBuilder error(String message) {
      errorMessage = message;
      return this;
    }

    public RunRecord build() {
      boolean over = status != RunStatus.RUNNING;
      return new RunRecord(
          id,
          status,
          new RunScript("/work space/hello.py", "ab".repeat(32), workflowName, "Says hello.", "{}"),
          new RunSettings(
              "{\"who\":\"world\"}", "fake", null, cachePolicy, workspace, 600, waitForLimits),
          new RunLineage(parent, resumedFrom, resumedFrom == null ? 1 : 2),
          new RunBudget(budgetTokens, 30, null, new BigDecimal("0.25"), job),
          new RunTimes(NOON, NOON, over ? NOON.plusMillis(83_500) : null),
          new RunError(errorMessage == null ? null : "ValueError", errorMessage),
          directory == null ? "/home/.workflows/runs/" + id : directory,
          "owner");
    }
  }

  public static final class CallBuilder {
    private @Nullable CallWait waiting;
    private @Nullable String tried;
    private final String runId;
    private final int index;
    private @Nullable String label;
    private @Nullable String phase = "search";
    private CallStatus status = CallStatus.DONE;
    private CacheStatus cacheStatus = CacheStatus.MISS;
    private @Nullable String key = "key";
    private int occurrence = 1;
    private @Nullable String parts = "{\"prompt\":\"p1\",\"model\":\"fake\",\"schema\":null}";
    private @Nullable String answeredBy;
    private @Nullable String error;
    private String provider = "fake";
    private @Nullable String model = "fake";
    private @Nullable BigDecimal cost = new BigDecimal("0.0125");
    private List<String> changedFiles = List.of();
    private Instant created;
    private Instant completed;

    private CallBuilder(String runId, int index) {
      this.runId = runId;
      this.index = index;
      this.created = NOON.plusMillis(index);
      this.completed = NOON.plusMillis(index + 1_234);
    }

    /** When it began and ended, in milliseconds after noon. */
    public CallBuilder at(long begin, long end) {
      created = NOON.plusMillis(begin);
      completed = NOON.plusMillis(end);
      return this;
    }

    public CallBuilder label(@Nullable String value) {
      label = value;
      return this;
    }

    public CallBuilder phase(@Nullable String value) {
      phase = value;
      return this;
    }

    public CallBuilder status(CallStatus value) {
      status = value;
      return this;
    }

    public CallBuilder cache(CacheStatus value) {
      cacheStatus = value;
      return this;
    }

    public CallBuilder key(@Nullable String value) {
      key = value;
      return this;
    }

    public CallBuilder occurrence(int value) {
      occurrence = value;
      return this;
    }

    public CallBuilder parts(@Nullable String json) {
      parts = json;
      return this;
    }

    public CallBuilder answeredBy(@Nullable String value) {
      answeredBy = value;
      return this;
    }

    public CallBuilder error(@Nullable String value) {
      error = value;
      return this;
    }

    public CallBuilder provider(String name, @Nullable String modelName) {
      provider = name;
      model = modelName;
      return this;
    }

    public CallBuilder cost(@Nullable BigDecimal value) {
      cost = value;
      return this;
    }

    public CallBuilder changedFiles(String... values) {
      changedFiles = List.of(values);
      return this;
    }

    /** For something, since noon. */
    public CallBuilder waiting(String reason) {
      waiting = new CallWait(reason, NOON, null);
      return this;
    }

    /** Those that could not answer, as JSON. */
    public CallBuilder tried(String json) {
      tried = json;
      return this;
    }

    public CallRecord build() {
      boolean isolated = !changedFiles.isEmpty();
      return new CallRecord(
          new CallIdentity("%s_call_%04d".formatted(runId, index), runId, index, label, phase),
          status,
          error,
          new CacheUse(cacheStatus, key, occurrence, parts),
          new AskedCall(
              provider,
              model,
              null,
              isolated ? Isolation.WORKTREE : Isolation.NONE,
              isolated || cacheStatus == CacheStatus.BYPASSED,
              null,
              null),
          new KeptWorktree(isolated ? "/tree" : null, isolated ? "owf/branch" : null, changedFiles),
          CallValidation.NONE,
          new CallUsage(100L, 20L, null, null, cost),
          new CallAttempts(1, 3, 1_234),
          answeredBy,
          created,
          status == CallStatus.RUNNING ? null : completed,
          new CallProgress(waiting, tried));
    }
  }
}

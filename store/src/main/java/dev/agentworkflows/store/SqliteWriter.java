package dev.agentworkflows.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Encodes what is written, and queues it at the one writer of a database. */
final class SqliteWriter implements RunWriter {
  private final CheckedWriter writer;

  SqliteWriter(CheckedWriter writer) {
    this.writer = writer;
  }

  @Override
  public CompletableFuture<Void> addRun(RunRecord run) {
    return writer.write(session -> {
      RunTable.add(session, run);
      UsageTable.addRun(session, run.times().createdAt());
    });
  }

  @Override
  public CompletableFuture<Void> endRun(RunCompletionRow ending) {
    byte[] outputJson = bytes(ending.outputJson());
    byte[] traceback = bytes(ending.traceback());
    return writer.write(session -> RunTable.end(session, ending, outputJson, traceback));
  }

  @Override
  public CompletableFuture<Void> startCall(CallStart start) {
    byte[] prompt = GeneralizedUtf8.encode(start.prompt());
    return writer.begin(session -> CallTable.start(session, start, prompt));
  }

  @Override
  public CompletableFuture<Void> waitCall(String callId, int attempts, CallWait wait) {
    return writer.write(session -> CallTable.waiting(session, callId, attempts, wait));
  }

  @Override
  public CompletableFuture<Void> triedCall(CallTried tried) {
    return writer.write(session -> CallTable.tried(session, tried));
  }

  @Override
  public CompletableFuture<Void> sendCall(CallSent sent) {
    return writer.write(session -> CallTable.sent(session, sent));
  }

  @Override
  public CompletableFuture<Void> answerCall(CallCompletionRow answered) {
    byte[] text = bytes(answered.text());
    byte[] valueJson = bytes(answered.valueJson());
    return writer.write(session -> CallTable.answer(session, answered, text, valueJson));
  }

  @Override
  public CompletableFuture<Void> endCall(CallCompletionRow end) {
    byte[] text = bytes(end.text());
    byte[] valueJson = bytes(end.valueJson());
    return writer.write(session -> CallTable.end(session, end, text, valueJson));
  }

  @Override
  public CompletableFuture<Void> addHit(CallHit hit) {
    return writer.write(session -> CallTable.addHit(session, hit));
  }

  @Override
  public CompletableFuture<Boolean> takeSession(String callId, String sessionId) {
    AtomicBoolean taken = new AtomicBoolean();
    return writer
        .write(session -> taken.set(ConversationTable.takeSession(session, callId, sessionId)))
        .thenApply(durable -> taken.get());
  }

  @Override
  public CompletableFuture<Void> addEvent(EventRecord event) {
    return writer.write(session -> EventTable.add(session, event));
  }

  @Override
  public CompletableFuture<Void> addWorktree(WorktreeRecord worktree) {
    return writer.write(session -> WorktreeTable.add(session, worktree));
  }

  @Override
  public CompletableFuture<Void> enterWorktree(
      String callId, WorktreeRecord worktree, boolean changing) {
    return writer.write(session -> WorktreeTable.enter(session, callId, worktree, changing));
  }

  @Override
  public CompletableFuture<Void> leaveWorktree(WorktreeUse use) {
    return writer.write(session -> WorktreeTable.leave(session, use));
  }

  @Override
  public CompletableFuture<Void> removeWorktree(String callId) {
    return writer.write(session -> WorktreeTable.remove(session, callId));
  }

  @Override
  public CompletableFuture<Void> applyWorktree(String callId, String digest, Instant at) {
    return writer.write(session -> WorktreeTable.apply(session, callId, digest, at));
  }

  @Override
  public CompletableFuture<Void> addApproval(ApprovalRecord approval) {
    return writer.write(session -> ApprovalTable.add(session, approval));
  }

  @Override
  public CompletableFuture<Void> answerApproval(ApprovalRecord answered) {
    return writer.write(session -> ApprovalTable.answer(session, answered));
  }

  @Override
  public CompletableFuture<Void> interruptRunsOf(Collection<String> owners, Instant at) {
    List<String> gone = List.copyOf(owners);
    return writer.write(session -> {
      for (String owner : gone) {
        RunTable.interrupt(session, owner, at);
      }
    });
  }

  @Override
  public CompletableFuture<Boolean> billBatch(String batchId, Instant at, List<UsageRecord> usage) {
    List<UsageRecord> bill = List.copyOf(usage);
    AtomicBoolean counted = new AtomicBoolean();
    return writer
        .write(session -> counted.set(UsageTable.bill(session, batchId, at, bill)))
        .thenApply(durable -> counted.get());
  }

  @Override
  public CompletableFuture<Boolean> removeRun(String runId, Instant since) {
    AtomicBoolean removed = new AtomicBoolean();
    return writer
        .write(session -> removed.set(RunRemoval.remove(session, runId, since)))
        .thenApply(durable -> removed.get());
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : GeneralizedUtf8.encode(text);
  }
}

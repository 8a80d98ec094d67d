package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.proto.v1.CommandOutput;
import dev.agentworkflows.proto.v1.CommandRequest;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Carries out commands of remote users: a few at once, each on a thread of its own, none for longer
 * than it may take, and none for somebody who has left. Thread-safe.
 */
final class HostedCommandThreads {

  private static final int MAX_AT_ONCE = 8;

  private final HostedRuns hosting;
  private final Duration longest;
  private final Semaphore permits = new Semaphore(MAX_AT_ONCE);
  private final ScheduledThreadPoolExecutor timer;

  /**
   * @param longest a command that takes longer is ended
   */
  HostedCommandThreads(HostedRuns hosting, Duration longest) {
    this.hosting = hosting;
    this.longest = longest;
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "command-timer");
              thread.setDaemon(true);
              return thread;
            });
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  /** Begins a command; refuses it when too many are being carried out. */
  void begin(CommandRequest request, ServerCallStreamObserver<CommandOutput> replies) {
    if (!permits.tryAcquire()) {
      replies.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription(
                  "this coordinator carries out %d commands at once and no more; try again"
                      .formatted(MAX_AT_ONCE))
              .asRuntimeException());
      return;
    }
    CommandStream output = new CommandStream(replies);
    Thread thread = new Thread(() -> carryOut(request, output), "command");
    thread.setDaemon(true);
    output.onStop(thread::interrupt);
    try {
      thread.start();
    } catch (Error e) {
      permits.release();
      throw e;
    }
  }

  private void carryOut(CommandRequest request, CommandStream output) {
    ScheduledFuture<?> deadline =
        timer.schedule(() -> output.expire(longest), longest.toMillis(), TimeUnit.MILLISECONDS);
    try {
      output.run(hosting, request);
    } finally {
      deadline.cancel(false);
      permits.release();
    }
  }
}

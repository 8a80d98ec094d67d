package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.approval.OpenQuestion;
import dev.agentworkflows.coordinator.call.CallOutcome;
import dev.agentworkflows.coordinator.call.InFlightCall;
import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.proto.v1.AskApproval;
import dev.agentworkflows.proto.v1.StartCall;
import dev.agentworkflows.store.ApprovalStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls and questions of a run that are out, by the numbers that its shim gave them.
 * Thread-safe.
 */
final class RunCalls {

  private final Sessions sessions;
  private final ReplayBuffer replayBuffer;
  private final InFlightLimits limits;
  private final UsedRefs refs = new UsedRefs();
  private final Map<Long, InFlightCall> inFlight = new ConcurrentHashMap<>();
  private final Map<Long, OpenQuestion> questions = new ConcurrentHashMap<>();

  RunCalls(Sessions sessions, ReplayBuffer replayBuffer, InFlightLimits limits) {
    this.sessions = sessions;
    this.replayBuffer = replayBuffer;
    this.limits = limits;
  }

  /** How many are out. */
  int size() {
    return inFlight.size() + questions.size();
  }

  /** By one thread at a time, as the numbers come. */
  void start(ActiveRun run, StartCall message) {
    long ref = message.getCallRef();
    refs.use(ref);
    sessions.admit(size());
    InFlightCall call;
    try {
      call = run.begin(Wire.request(message));
    } catch (IllegalArgumentException e) {
      refuse(ref, String.valueOf(e.getMessage()), run);
      return;
    }
    if (!call.outcome().isDone()) {
      inFlight.put(ref, call);
    }
    long bytes = message.getSerializedSize() + call.historyBytes();
    limits.reserve(bytes);
    limits.callStarted();
    call.outcome()
        .thenAccept(outcome -> {
          inFlight.remove(ref);
          limits.callEnded();
          limits.release(bytes);
          replayBuffer.send(Wire.answer(ref, outcome, run.ledger()));
        });
  }

  void ask(ActiveRun run, AskApproval message) {
    long ref = message.getCallRef();
    refs.use(ref);
    sessions.admit(size());
    OpenQuestion question;
    try {
      question = run.ask(Wire.approvalRequest(message));
    } catch (IllegalArgumentException e) {
      refuse(ref, String.valueOf(e.getMessage()), run);
      return;
    }
    questions.put(ref, question);
    long bytes = message.getSerializedSize();
    limits.reserve(bytes);
    limits.callStarted();
    question
        .answer()
        .whenComplete((answered, failure) -> {
          questions.remove(ref);
          limits.callEnded();
          limits.release(bytes);
          if (failure != null) {
            refuse(ref, GrpcErrors.message(GrpcErrors.of(failure)), run);
          } else if (answered.status() != ApprovalStatus.WITHDRAWN) {
            replayBuffer.send(Wire.answer(ref, answered));
          }
        });
  }

  private void refuse(long ref, String message, ActiveRun run) {
    replayBuffer.send(Wire.answer(ref, new CallOutcome.Misused(message), run.ledger()));
  }

  /** Nobody waits for its answer any more; that of a call comes all the same. */
  void cancel(long ref) {
    OpenQuestion question = questions.get(ref);
    if (question != null) {
      question.withdraw();
    }
    InFlightCall call = inFlight.get(ref);
    if (call != null) {
      call.cancel("cancelled by the script");
    }
  }
}

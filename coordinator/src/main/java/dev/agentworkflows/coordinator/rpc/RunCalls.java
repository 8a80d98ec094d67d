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

  private final Elsewhere elsewhere;
  private final Outbox outbox;
  private final Room room;
  private final Map<Long, InFlightCall> inFlight = new ConcurrentHashMap<>();
  private final Map<Long, OpenQuestion> questions = new ConcurrentHashMap<>();

  RunCalls(Elsewhere elsewhere, Outbox outbox, Room room) {
    this.elsewhere = elsewhere;
    this.outbox = outbox;
    this.room = room;
  }

  void start(ActiveRun run, StartCall message) {
    long ref = message.getCallRef();
    elsewhere.admit(inFlight.size() + questions.size());
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
    long bytes = message.getSerializedSize();
    room.take(bytes);
    call.outcome()
        .thenAccept(outcome -> {
          inFlight.remove(ref);
          room.give(bytes);
          outbox.send(Wire.answer(ref, outcome, run.ledger()));
        });
  }

  void ask(ActiveRun run, AskApproval message) {
    long ref = message.getCallRef();
    elsewhere.admit(inFlight.size() + questions.size());
    OpenQuestion question;
    try {
      question = run.ask(Wire.approvalRequest(message));
    } catch (IllegalArgumentException e) {
      refuse(ref, String.valueOf(e.getMessage()), run);
      return;
    }
    questions.put(ref, question);
    question
        .answer()
        .whenComplete((answered, failure) -> {
          questions.remove(ref);
          if (failure != null) {
            refuse(ref, GrpcErrors.message(GrpcErrors.of(failure)), run);
          } else if (answered.status() != ApprovalStatus.WITHDRAWN) {
            outbox.send(Wire.answer(ref, answered));
          }
        });
  }

  private void refuse(long ref, String message, ActiveRun run) {
    outbox.send(Wire.answer(ref, new CallOutcome.Misused(message), run.ledger()));
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

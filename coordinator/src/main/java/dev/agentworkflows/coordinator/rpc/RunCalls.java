package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.call.CallOutcome;
import dev.agentworkflows.coordinator.call.InFlightCall;
import dev.agentworkflows.coordinator.run.ActiveRun;
import dev.agentworkflows.proto.v1.StartCall;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The calls of a run that are in flight, by the numbers that its shim gave them. Thread-safe. */
final class RunCalls {

  private final Elsewhere elsewhere;
  private final Outbox outbox;
  private final Map<Long, InFlightCall> inFlight = new ConcurrentHashMap<>();

  RunCalls(Elsewhere elsewhere, Outbox outbox) {
    this.elsewhere = elsewhere;
    this.outbox = outbox;
  }

  void start(ActiveRun run, StartCall message) {
    long ref = message.getCallRef();
    elsewhere.admit(inFlight.size());
    InFlightCall call;
    try {
      call = run.begin(Wire.request(message));
    } catch (IllegalArgumentException e) {
      outbox.send(
          Wire.answer(ref, new CallOutcome.Misused(String.valueOf(e.getMessage())), run.ledger()));
      return;
    }
    if (!call.outcome().isDone()) {
      inFlight.put(ref, call);
    }
    call.outcome()
        .thenAccept(outcome -> {
          inFlight.remove(ref);
          outbox.send(Wire.answer(ref, outcome, run.ledger()));
        });
  }

  /** Nobody waits for its answer any more; it comes all the same. */
  void cancel(long ref) {
    InFlightCall call = inFlight.get(ref);
    if (call != null) {
      call.cancel("cancelled by the script");
    }
  }
}

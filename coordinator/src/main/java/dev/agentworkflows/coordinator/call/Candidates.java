package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.limit.LimitPatience;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whom a call may still ask, whom it asks now, and who could not answer. Thread-safe. */
final class Candidates {

  private final List<Target> left;
  private final LimitPatience patience;
  private final List<TriedProvider> tried = new ArrayList<>();
  private final Set<Target> paused = new HashSet<>();
  private Target asked;

  Candidates(AdmittedCall call) {
    left = new ArrayList<>(call.targets());
    patience = new LimitPatience(call.scope().waitForLimits());
    asked = call.first();
  }

  /** In the order in which they are asked. */
  synchronized List<Target> left() {
    return List.copyOf(left);
  }

  /** How long the call waits for limits, whoever's they are. */
  LimitPatience patience() {
    return patience;
  }

  /** Whose answer the call has, or waits for; the first one before any was asked. */
  synchronized Target asked() {
    return asked;
  }

  /** Whether another one is asked than before. */
  synchronized boolean ask(Target target) {
    boolean another = target != asked;
    asked = target;
    return another;
  }

  /** It answered, and is asked first from now on: a correction goes to whose answer it is about. */
  synchronized void answered(Target target) {
    // Not where it is the only one: the first use of a record's own `equals` takes milliseconds.
    if (left.size() > 1 && left.remove(target)) {
      left.add(0, target);
    }
  }

  /** Whether somebody behind it may answer while it asks for a pause. */
  synchronized boolean mayLeave(Target target) {
    return left.size() > 1 && !paused.contains(target);
  }

  /** Asks it behind all others, and waits for it then: it asks for a pause. */
  synchronized void leave(Target target) {
    if (left.remove(target)) {
      left.add(target);
      paused.add(target);
    }
  }

  /** Never asks it again. */
  synchronized void drop(Target target) {
    left.remove(target);
  }

  /** Notes why one can't answer; what was noted of it before for the same reason is replaced. */
  synchronized void note(TriedProvider failed) {
    for (int i = 0; i < tried.size(); i++) {
      TriedProvider one = tried.get(i);
      if (one.provider().equals(failed.provider()) && one.kind().equals(failed.kind())) {
        tried.set(i, failed);
        return;
      }
    }
    tried.add(failed);
  }

  /** Who could not answer, in order, and why. */
  synchronized List<TriedProvider> tried() {
    return List.copyOf(tried);
  }
}

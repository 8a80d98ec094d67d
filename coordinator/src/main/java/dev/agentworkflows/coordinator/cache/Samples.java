package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.store.RememberedResult;
import dev.agentworkflows.store.RememberedSample;
import dev.agentworkflows.store.RunReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which answer goes to which call of a run tree: each to one call at most, since identical calls
 * are different samples. First those of the run that is resumed, or, for a run that starts afresh,
 * of the script's latest one: each to the place that had it ({@link EarlierAnswers}). Then any
 * others with the call's key, in the order in which they were paid for. Thread-safe.
 */
public final class Samples {

  /** So many samples are looked at in one go; few calls have more. */
  private static final int AT_ONCE = 8;

  private final String rootRunId;
  private final Supplier<EarlierAnswers> loading;
  private final Map<String, String> scripts = new HashMap<>();
  private @Nullable EarlierAnswers earlier;

  /**
   * The last number of a key's samples that was taken or passed over, for keys that had any: so
   * that each is looked at once, however many calls of a run have one key.
   */
  private final Map<Long, Integer> lastNumbers = new HashMap<>();

  /**
   * @param earlier asked for once, when the first call looks for an answer
   */
  public Samples(String rootRunId, Supplier<EarlierAnswers> earlier) {
    this.rootRunId = rootRunId;
    this.loading = earlier;
  }

  /** A tree that has nothing earlier. */
  public static Samples ofNew(String rootRunId) {
    return new Samples(rootRunId, () -> new EarlierAnswers(true, false));
  }

  /** A script of the tree is about to make calls. */
  public synchronized void scriptOpened(String path, String hash) {
    scripts.put(path, hash);
    if (earlier != null) {
      earlier.scriptOpened(path, hash);
    }
  }

  /**
   * The answer for a call, which no other call of the tree gets any more.
   *
   * @param keys under which an answer is as good, the best first
   */
  synchronized Optional<CacheDecision.Hit> take(
      RunReader reader, List<CallKey> keys, long place, int occurrence) {
    EarlierAnswers answers = earlier();
    if (place != 0 && !answers.areNone()) {
      long own = answers.take(place, keys.stream().mapToLong(CallKey::start).toArray());
      if (own != 0) {
        Optional<CacheDecision.Hit> answer = first(keys, key -> reader.answer(own, key.hash()));
        if (answer.isPresent()) {
          return answer;
        }
      }
    }
    return first(keys, key -> other(reader, key, place, occurrence, answers));
  }

  private static Optional<CacheDecision.Hit> first(
      List<CallKey> keys, Function<CallKey, Optional<RememberedResult>> answer) {
    for (CallKey key : keys) {
      Optional<RememberedResult> found = answer.apply(key);
      if (found.isPresent()) {
        return Optional.of(new CacheDecision.Hit(found.get(), key));
      }
    }
    return Optional.empty();
  }

  private Optional<RememberedResult> other(
      RunReader reader, CallKey key, long place, int occurrence, EarlierAnswers answers) {
    int last = place == 0 ? 0 : lastNumbers.getOrDefault(key.start(), 0);
    while (true) {
      List<RememberedSample> samples =
          reader.remembered(key.hash(), last, occurrence, place != 0, rootRunId, AT_ONCE);
      for (RememberedSample sample : samples) {
        last = sample.number();
        if (place != 0) {
          lastNumbers.put(key.start(), last);
        }
        // Who knows no places does as if there were none.
        if (!sample.own() && (place == 0 || !answers.keeps(sample.call()))) {
          return Optional.of(sample.result());
        }
      }
      if (samples.size() < AT_ONCE) {
        return Optional.empty();
      }
    }
  }

  private EarlierAnswers earlier() {
    if (earlier == null) {
      EarlierAnswers loaded = loading.get();
      scripts.forEach(loaded::scriptOpened);
      earlier = loaded;
    }
    return earlier;
  }
}

package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.cache.CacheDecision;
import dev.agentworkflows.coordinator.cache.CallCache;
import dev.agentworkflows.coordinator.limit.RetryPolicy;
import dev.agentworkflows.coordinator.limit.UsageHolds;
import dev.agentworkflows.coordinator.option.OptionLoader;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.secret.Secrets;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.CallCompletionRow.Remember;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.store.StoreException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The way of one call, from the script's wish to the answer that is durable.
 *
 * <p>A hit, and an answer that its adapter has at once, are given without changing threads; a call
 * that waits for budget, a permit or a commit holds no thread; adapters block threads of their own.
 */
public final class CallPipeline implements AutoCloseable {

  /** A limit of a minute fills again in it; who asks for more can't answer now. */
  private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

  private final CallThreads threads = new CallThreads();
  private final Timing timing = new Timing();
  private final SharedLimits limits;
  private final Path home;
  private final Admission admission;
  private final CallCache cache;
  private final CallRecorder recorder;
  private final Redactor redactor;
  private final IsolationStep isolation;
  private final SharedWorktreeStep sharing;
  private final AnswerStep answers;

  public CallPipeline(
      Store store,
      Providers providers,
      Prices prices,
      Worktrees worktrees,
      Redactor redactor,
      SharedLimits limits,
      Clock clock,
      RandomGenerator random) {
    this(store, providers, prices, worktrees, redactor, limits, clock, random, MAX_PAUSE);
  }

  /**
   * @param maxPause how long a pause that a provider asks for is waited for while another one may
   *     answer
   */
  CallPipeline(
      Store store,
      Providers providers,
      Prices prices,
      Worktrees worktrees,
      Redactor redactor,
      SharedLimits limits,
      Clock clock,
      RandomGenerator random,
      Duration maxPause) {
    this.limits = limits;
    this.home = store.home();
    OptionLoader options =
        new OptionLoader(
            variables(providers.secrets()), redactor, store.home(), worktrees.areConfined());
    Conversations conversations = new Conversations(store);
    admission = new Admission(providers, options, worktrees, conversations, clock);
    cache = new CallCache(store.reader());
    this.redactor = redactor;
    recorder = new CallRecorder(store.writer(), redactor, clock);
    WorktreeDeparture departure = new WorktreeDeparture(worktrees, store.writer(), recorder);
    isolation = new IsolationStep(worktrees, store.writer(), limits, threads, departure);
    sharing = new SharedWorktreeStep(worktrees, store, isolation, departure, recorder);
    UsageHolds holds = limits.holdsOf(home);
    LimitWords words = new LimitWords(clock, ZoneId.systemDefault());
    LimitNotices notices = new LimitNotices(words, recorder);
    ConversationStep conversing = new ConversationStep(conversations, threads);
    ProviderCalls calls = new ProviderCalls(providers, prices, conversing, timing);
    AttemptStep attempts =
        new AttemptStep(
            prices,
            limits,
            words,
            notices,
            redactor,
            recorder,
            options,
            conversing,
            threads,
            timing);
    ProviderStep asking =
        new ProviderStep(
            calls,
            attempts,
            limits,
            holds,
            words,
            notices,
            recorder,
            new RetryPolicy(random),
            timing);
    answers = new AnswerStep(new FallbackStep(asking, maxPause, holds, words, notices, recorder));
  }

  private static OptionLoader.Variables variables(Secrets secrets) {
    return new OptionLoader.Variables() {
      @Override
      public Optional<String> value(String name) {
        return secrets.plain(name);
      }

      @Override
      public boolean isKey(String name) {
        return secrets.isKey(name);
      }
    };
  }

  /**
   * Sets a call on its way. Calls of one run must be begun in the script's order, by one thread at
   * a time; their outcomes complete on any thread.
   */
  public InFlightCall begin(RunContext scope, CallRequest request) {
    InFlightCall call = new InFlightCall();
    try {
      AdmittedCall admitted = admission.admit(scope, request);
      ContinuedCall continued = admitted.continued();
      call.historyBytes(continued == null ? 0 : continued.bytes());
      go(call, admitted).whenComplete((outcome, failure) -> end(call, outcome, failure));
    } catch (Admission.MisuseException e) {
      call.outcome().complete(misused(String.valueOf(e.getMessage())));
    } catch (StoreException e) {
      call.outcome().complete(misused("the store could not be read: " + e.getMessage()));
    }
    return call;
  }

  private CompletableFuture<CallOutcome> go(InFlightCall call, AdmittedCall admitted) {
    return admitted.request().workplace().worktreeOf() == null
        ? decide(call, admitted, work -> isolation.in(call, admitted, work))
        : share(call, admitted);
  }

  /** A place where a call's work is done. */
  private interface Place
      extends Function<
          Function<CallDirectory, CompletableFuture<CallCompletion>>,
          CompletableFuture<CallCompletion>> {}

  private CompletableFuture<CallOutcome> decide(
      InFlightCall call, AdmittedCall admitted, Place place) {
    CacheDecision decision =
        cache.decide(
            admitted.key(),
            admitted.request().position().place(),
            admitted.occurrence(),
            admitted.cachePolicy(),
            admitted.scope().occurrences().samples());
    return decision instanceof CacheDecision.Hit hit
        ? recorder.hit(admitted.under(hit.key()), hit.result())
        : pay(call, admitted, decision, place);
  }

  /**
   * In the worktree of another call. A call that changes it is recorded before it waits for its
   * turn; one that reads has its key when it knows what it finds there.
   */
  private CompletableFuture<CallOutcome> share(InFlightCall call, AdmittedCall admitted) {
    SharedWorktreeStep.Request request;
    try {
      request = sharing.request(admitted);
    } catch (CallFailure e) {
      return unplaced(call, admitted, e);
    }
    CompletableFuture<CallOutcome> outcome =
        admitted.request().mutating()
            ? decide(call, admitted, work -> sharing.goOn(call, admitted, request, work))
            : sharing
                .visit(call, admitted, request)
                .handle((visit, failure) ->
                    failure == null
                        ? read(call, admitted, visit)
                        : unplaced(call, admitted, CallFailure.of(failure)))
                .thenCompose(ending -> ending);
    return outcome.whenComplete((ending, failure) -> call.whenIdle(request.turn()::close));
  }

  private CompletableFuture<CallOutcome> read(
      InFlightCall call, AdmittedCall admitted, SharedWorktreeStep.Visit visit) {
    AdmittedCall whole = admitted.inTree(visit.tree(admitted));
    return decide(call, whole, work -> sharing.read(call, whole, visit, work));
  }

  /** Nothing is asked of the cache or a provider for a call that has no place to work in. */
  private CompletableFuture<CallOutcome> unplaced(
      InFlightCall call, AdmittedCall admitted, CallFailure why) {
    boolean mutating = admitted.request().mutating();
    return pay(
        call,
        mutating ? admitted : admitted.inTree(SharedWorktreeStep.unknownTree(admitted)),
        mutating ? new CacheDecision.Bypass() : new CacheDecision.Miss(Remember.NO),
        work -> CompletableFuture.failedFuture(why));
  }

  private CompletableFuture<CallOutcome> pay(
      InFlightCall call, AdmittedCall admitted, CacheDecision decision, Place place) {
    Remember remember = decision instanceof CacheDecision.Miss miss ? miss.remember() : Remember.NO;
    return recorder
        .start(call, admitted, decision.status())
        .thenCompose(started ->
            place.apply(directory ->
                work(call, admitted, directory)
                    .thenApply(ending -> {
                      if (directory.worktree() != null && call.meter().attempts() > 0) {
                        recorder.answered(call, admitted, ending, decision.status(), remember);
                      }
                      return ending;
                    })))
        .exceptionally(failure -> CallCompletion.failed(CallFailure.of(failure)))
        .thenCompose(ending -> {
          admitted.scope().events().over(admitted.id());
          // What a read-only call said of files that it changed itself holds for no other tree.
          boolean changed = !admitted.request().mutating() && ending.left().path() != null;
          return recorder.end(
              call, admitted, ending, decision.status(), changed ? Remember.NO : remember);
        });
  }

  private CompletableFuture<CallCompletion> work(
      InFlightCall call, AdmittedCall admitted, CallDirectory place) {
    return answers
        .answer(call, admitted, place)
        .exceptionally(failure -> CallCompletion.failed(CallFailure.of(failure)));
  }

  private void end(InFlightCall call, CallOutcome outcome, @Nullable Throwable failure) {
    call.outcome()
        .complete(
            failure == null
                ? outcome
                : misused("unexpected: " + CallFailure.of(failure).getMessage()));
  }

  /** Such messages quote what the script asked for. */
  private CallOutcome misused(String message) {
    return new CallOutcome.Misused(redactor.redact(message));
  }

  /** Ends what is still out; called when no run is open any more. */
  @Override
  public void close() {
    timing.close();
    threads.close();
    limits.giveBackHoldsOf(home);
  }
}

package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.coordinator.testing.Requests;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Contribution;
import dev.agentworkflows.coordinator.worktree.Repository;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.WorktreeGc;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.RunCompletionRow;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.store.WorktreeRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that work in the worktree of another, with a real git and a provider that edits. */
@Timeout(120)
class SharedWorktreeTest {

  @TempDir private Path directory;

  private final ScriptedAdapter provider = new ScriptedAdapter(0);
  private final RecordedEvents events = new RecordedEvents();
  private final List<AgentCall> asked = new ArrayList<>();
  private Path home;
  private Repository repository;
  private Store store;
  private Worktrees worktrees;
  private CallPipeline pipeline;
  private RunContext run;
  private int runs;

  /** A prompt is what an agent does: "write FILE TEXT", "delete FILE", anything else reads. */
  @BeforeEach
  void open() throws IOException {
    home = Files.createDirectories(directory.toRealPath().resolve("home"));
    repository = Repository.at(directory.resolve("project"));
    store = Store.open(home.resolve("workflow.sqlite"));
    worktrees = new Worktrees(System.getenv(), AllowedWorkspaces.any(), home);
    pipeline =
        new CallPipeline(
            store,
            Providers.of(List.of(provider), Map.of()),
            Prices.of(Map.of("HOME", directory.toString())),
            worktrees,
            new Redactor(Map.of()),
            new SharedLimits(Clock.systemUTC()),
            Clock.systemUTC(),
            new Random(1));
    provider.will((call, attempt) -> {
      synchronized (asked) {
        asked.add(call);
      }
      edit(call.workingDirectory(), call.prompt());
      return ScriptedAdapter.reply("did " + call.prompt());
    });
    run = run();
  }

  @AfterEach
  void close() {
    pipeline.close();
    store.close();
  }

  private static void edit(Path where, String prompt) {
    String[] words = prompt.split(" ", 3);
    try {
      if (words[0].equals("write")) {
        Files.writeString(where.resolve(words[1]), words[2] + "\n");
      } else if (words[0].equals("delete")) {
        Files.delete(where.resolve(words[1]));
      } else if (words[0].equals("link")) {
        Files.createSymbolicLink(where.resolve(words[1]), Path.of(words[2]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunContext run() throws IOException {
    return run(repository.top);
  }

  private RunContext run(Path workspace) throws IOException {
    String id = "run_20261122_143201_%06x".formatted(++runs);
    Path runDirectory = Files.createDirectories(home.resolve("runs").resolve(id));
    store
        .writer()
        .addRun(
            Records.run(id)
                .status(RunStatus.RUNNING)
                .workspace(workspace.toString())
                .directory(runDirectory.toString())
                .build())
        .join();
    return new RunContext(
        id,
        "scripted",
        null,
        CachePolicy.AUTO,
        Duration.ofSeconds(30),
        Duration.ZERO,
        workspace,
        runDirectory,
        events,
        new BudgetLedger(BudgetLimits.NONE),
        new Occurrences());
  }

  private void endRun() {
    store
        .writer()
        .endRun(
            new RunCompletionRow(
                run.runId(),
                RunStatus.DONE,
                null,
                null,
                null,
                null,
                0,
                BigDecimal.ZERO,
                Instant.now()))
        .join();
  }

  private static CallRequest request(
      String prompt, Isolation isolation, @Nullable String worktreeOf) {
    return request(prompt, isolation, worktreeOf, null);
  }

  private static CallRequest request(
      String prompt,
      Isolation isolation,
      @Nullable String worktreeOf,
      @Nullable CachePolicy policy) {
    return Requests.of(prompt)
        .label(prompt)
        .policy(policy)
        .in(new Workplace(isolation, worktreeOf))
        .build();
  }

  private CompletableFuture<CallResult> begin(
      String prompt, Isolation isolation, @Nullable CallResult in) {
    return begin(request(prompt, isolation, in == null ? null : in.callId()));
  }

  private CompletableFuture<CallResult> begin(CallRequest request) {
    return pipeline
        .begin(run, request)
        .outcome()
        .thenApply(outcome -> ((CallOutcome.Answered) outcome).result());
  }

  private CallResult isolated(String prompt) {
    return begin(prompt, Isolation.WORKTREE, null).join();
  }

  private CallResult goOn(String prompt, CallResult in) {
    return begin(prompt, Isolation.WORKTREE, in).join();
  }

  private CallResult read(String prompt, CallResult in) {
    return begin(prompt, Isolation.NONE, in).join();
  }

  private Path tree(CallResult result) {
    return Path.of(String.valueOf(result.worktree().path()));
  }

  private AgentCall lastAsked() {
    synchronized (asked) {
      return asked.get(asked.size() - 1);
    }
  }

  private static void assertFailedClosed(CallResult result, String why) {
    assertThat(result.status()).as(result.toString()).isEqualTo(CallStatus.WORKTREE_FAILED);
    assertThat(result.error())
        .startsWith("worktree isolation failed: ")
        .contains(why)
        .endsWith(".");
    assertThat(result.text()).isNull();
  }

  private List<Contribution> contributions(CallResult result) throws Exception {
    WorktreeRecord record = store.reader().worktree(result.callId()).orElseThrow();
    return Contribution.of(
        store.history().worktreeUses(record.callId()), worktrees.patch(Worktree.of(record)));
  }

  @Test
  void aReaderWorksInThatVeryTree() {
    CallResult edited = isolated("write new.txt one");
    CallResult review = read("review", edited);

    assertThat(review.status()).isEqualTo(CallStatus.DONE);
    assertThat(lastAsked().workingDirectory()).isEqualTo(tree(edited));
    assertThat(lastAsked().worktree()).isEqualTo(tree(edited));
    assertThat(lastAsked().mutating()).isFalse();
    assertThat(review.cacheStatus()).isEqualTo(CacheStatus.MISS);
    assertThat(review.cacheKey()).isNotNull();
    assertThat(review.worktree().path()).isNull();
    assertThat(review.worktree().changedFiles()).isEmpty();
    assertThat(events.warnings).noneMatch(warning -> warning.contains("changed the worktree"));
  }

  @Test
  void anEqualTreeOfALaterRunIsAHitAndAChangedOneAMiss() throws IOException {
    read("review", isolated("write new.txt one"));
    int before = asked.size();

    run = run();
    CallResult again = isolated("write new.txt one");
    assertThat(read("review", again).cacheStatus()).isEqualTo(CacheStatus.HIT);
    assertThat(asked).as("the edit alone").hasSize(before + 1);
    goOn("write new.txt two", again);
    assertThat(read("review", again).cacheStatus()).isEqualTo(CacheStatus.MISS);
    goOn("write new.txt one", again);
    run = run();
    assertThat(read("review", isolated("write new.txt one")).cacheStatus())
        .isEqualTo(CacheStatus.HIT);
  }

  @ParameterizedTest
  @CsvSource({
    "mode, chmod +x a.txt",
    "untracked, echo more > more.txt",
    "deleted, rm b.txt",
    "a link, ln -s a.txt link",
    "another base, git commit -q --allow-empty -m next"
  })
  void whateverDiffersInTheTreeIsAMiss(String what, String difference) throws IOException {
    provider.will((call, attempt) -> {
      if (call.mutating()) {
        repository.from(call.workingDirectory()).sh(call.prompt());
      }
      return ScriptedAdapter.reply("fine");
    });
    read("review", isolated("echo 1 > new.txt"));

    run = run();
    String more = difference;
    if (what.equals("another base")) {
      repository.sh(difference);
      more = "true";
    }
    CallResult edited = isolated("echo 1 > new.txt; " + more);

    assertThat(read("review", edited).cacheStatus()).as(what).isEqualTo(CacheStatus.MISS);
  }

  @Test
  void whatCannotBeComparedIsNeverAHit() throws IOException {
    provider.will((call, attempt) -> {
      if (call.mutating()) {
        repository.from(call.workingDirectory()).sh("git init -q inner; echo 1 > inner/f");
      }
      return ScriptedAdapter.reply("fine");
    });
    read("review", isolated("nest"));
    run = run();

    assertThat(read("review", isolated("nest")).cacheStatus()).isEqualTo(CacheStatus.MISS);
  }

  @Test
  void aCallWithoutAWorktreeKeepsItsKey() {
    CallResult plain = begin("review", Isolation.NONE, null).join();
    CallResult shared = read("review", isolated("write new.txt one"));

    assertThat(plain.cacheKey()).isNotEqualTo(shared.cacheKey());
    assertThat(
            store
                .reader()
                .call(plain.callId())
                .map(call -> call.cache().keyPartsJson())
                .orElseThrow())
        .doesNotContain("worktree");
  }

  @Test
  void aChangeGoesOnInTheSameWorktreeAndTellsTheSum() throws Exception {
    CallResult first = isolated("write one.txt 1");
    CallResult second = goOn("write two.txt 2", first);
    CallResult third = goOn("write one.txt changed", second);

    assertThat(tree(second)).isEqualTo(tree(first));
    assertThat(third.worktree().changedFiles()).containsExactly("one.txt", "two.txt");
    assertThat(third.cacheStatus()).isEqualTo(CacheStatus.BYPASSED);
    assertThat(third.worktree().branch()).isEqualTo(first.worktree().branch());
    assertThat(store.history().standingWorktrees()).hasSize(1);
    assertThat(store.reader().call(third.callId()).map(call -> call.worktree().path()))
        .contains(first.worktree().path());
    assertThat(contributions(third))
        .containsExactly(
            new Contribution(first.callId(), List.of("one.txt")),
            new Contribution(second.callId(), List.of("two.txt")),
            new Contribution(third.callId(), List.of("one.txt")));
    assertThat(repository.git("status", "--porcelain")).isEmpty();
  }

  /** By what is written there, there would be no work, and the worktree would go. */
  @ParameterizedTest
  @ValueSource(strings = {"exclude", "user-exclude", "rules/.gitignore", "files", "none"})
  void whatAnAgentWritesOfTheBeginningTakesNoWorkAway(String written) {
    provider.will((call, attempt) -> {
      Path tree = call.workingDirectory();
      edit(tree, "write new.txt one");
      Path baseline =
          tree.resolveSibling("").resolveSibling("baselines").resolve(tree.getFileName());
      try {
        if (written.equals("files")) {
          Files.delete(baseline.resolve(written));
        } else if (!written.equals("none")) {
          Files.writeString(baseline.resolve(written), "*\n");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return ScriptedAdapter.reply("done");
    });
    CallResult result = isolated("edit");
    assertThat(tree(result).resolve("new.txt")).hasContent("one\n");
    assertThat(events.warnings.stream().anyMatch(warning -> warning.contains("was changed since")))
        .isEqualTo(!written.equals("none"));
  }

  @Test
  void whoChangedAllBackIsNamedToo() throws Exception {
    CallResult first = isolated("write one.txt 1");
    CallResult undone = goOn("delete one.txt", first);
    CallResult third = goOn("write two.txt 2", undone);

    assertThat(undone.worktree().path()).isNull();
    assertThat(third.worktree().changedFiles()).containsExactly("two.txt");
    assertThat(contributions(third))
        .containsExactly(
            new Contribution(first.callId(), List.of("one.txt")),
            new Contribution(undone.callId(), List.of("one.txt")),
            new Contribution(third.callId(), List.of("two.txt")));
  }

  @Test
  void whatNoCallLeftWhenItEndedIsNobodys() throws Exception {
    CallResult first = isolated("write one.txt 1");
    Files.writeString(tree(first).resolve("by-hand.txt"), "x");

    assertThat(contributions(first))
        .containsExactly(
            new Contribution(first.callId(), List.of("one.txt")),
            new Contribution(null, List.of("by-hand.txt")));
  }

  @Test
  void gcNamesWhoLeftWorkAndRemovesItWhenAllIsUndone() throws Exception {
    CallResult first = isolated("write one.txt 1");
    CallResult second = goOn("write two.txt 2", first);
    assertThat(new WorktreeGc(store, worktrees, false).all(null))
        .singleElement()
        .satisfies(decision -> assertThat(decision.reason()).contains("running"));
    endRun();

    assertThat(new WorktreeGc(store, worktrees, false).all(null))
        .singleElement()
        .satisfies(decision -> {
          assertThat(decision.removed()).isFalse();
          assertThat(decision.reason())
              .isEqualTo(
                  "not applied: 2 changed files, by " + first.callId() + ", " + second.callId());
        });
    edit(tree(first), "delete one.txt");
    edit(tree(first), "delete two.txt");
    assertThat(new WorktreeGc(store, worktrees, false).all(null))
        .singleElement()
        .satisfies(decision -> assertThat(decision.removed()).isTrue());
    assertThat(store.reader().call(second.callId()).map(call -> call.worktree().path())).isEmpty();
  }

  @Test
  void aWorktreeWithoutChangesComesBackForTheNextOne() {
    CallResult idle = isolated("look around");
    assertThat(idle.worktree().path()).isNull();

    CallResult review = read("review", idle);
    assertThat(review.status()).as(review.toString()).isEqualTo(CallStatus.DONE);
    assertThat(lastAsked().workingDirectory().resolve("a.txt")).doesNotExist();
    assertThat(store.history().standingWorktrees()).as("its own checkout is gone again").isEmpty();

    CallResult edit = goOn("write new.txt 1", idle);
    assertThat(edit.worktree().changedFiles()).containsExactly("new.txt");
    assertThat(store.history().standingWorktrees())
        .extracting(WorktreeRecord::callId)
        .containsExactly(idle.callId());
    assertThat(read("review", idle).status()).isEqualTo(CallStatus.DONE);
    assertThat(lastAsked().workingDirectory()).isEqualTo(tree(edit));

    CallResult undo = goOn("delete new.txt", edit);
    assertThat(undo.worktree().path()).isNull();
    assertThat(undo.worktree().changedFiles()).isEmpty();
    assertThat(store.history().standingWorktrees()).isEmpty();
    assertThat(repository.git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  void aReaderThatChangesFilesIsToldAndItsWorkKept() throws Exception {
    CallResult edited = isolated("write one.txt 1");
    CallResult review = read("write mine.txt oops", edited);

    assertThat(review.status()).isEqualTo(CallStatus.DONE);
    assertThat(review.worktree().path()).isEqualTo(edited.worktree().path());
    assertThat(events.warnings)
        .anyMatch(warning ->
            warning.startsWith("this read-only call changed the worktree ")
                && warning.contains("mine.txt"));
    assertThat(tree(edited).resolve("mine.txt")).hasContent("oops\n");
    assertThat(contributions(edited))
        .contains(new Contribution(review.callId(), List.of("mine.txt")));
    run = run();
    provider.will((call, attempt) -> {
      if (call.mutating()) {
        edit(call.workingDirectory(), call.prompt());
      }
      return ScriptedAdapter.reply("fine");
    });
    assertThat(read("write mine.txt oops", isolated("write one.txt 1")).cacheStatus())
        .as("what it said is not remembered")
        .isEqualTo(CacheStatus.MISS);
  }

  @Test
  void aReaderThatOnlyCommitsIsToldAsWell() {
    CallResult edited = isolated("write one.txt 1");
    provider.will((call, attempt) -> {
      repository.from(call.workingDirectory()).sh("git add -A; git commit -qm mine");
      return ScriptedAdapter.reply("fine");
    });
    CallResult review = read("review", edited);

    assertThat(review.worktree().path()).isEqualTo(edited.worktree().path());
    assertThat(events.warnings).anyMatch(warning -> warning.contains("something beside its files"));
  }

  @Test
  void aReaderOfAnUnchangedTreeThatChangesItKeepsACheckoutOfItsOwn() {
    CallResult idle = isolated("look around");
    CallResult review = read("write mine.txt oops", idle);

    assertThat(tree(review).resolve("mine.txt")).hasContent("oops\n");
    assertThat(events.warnings)
        .anyMatch(warning -> warning.startsWith("this read-only call changed the checkout"));
    assertThat(store.history().standingWorktrees())
        .extracting(WorktreeRecord::callId)
        .containsExactly(review.callId());
  }

  @Test
  void readersAreThereTogetherAndAChangeWaitsForThem() throws Exception {
    CallResult edited = isolated("write one.txt 1");
    CountDownLatch bothRead = new CountDownLatch(2);
    CountDownLatch goHome = new CountDownLatch(1);
    CountDownLatch changing = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      if (call.mutating()) {
        changing.countDown();
        edit(call.workingDirectory(), call.prompt());
      } else if (!call.prompt().equals("late")) {
        bothRead.countDown();
        assertThat(goHome.await(30, TimeUnit.SECONDS)).isTrue();
      }
      return ScriptedAdapter.reply(
          Files.exists(call.workingDirectory().resolve("two.txt")) ? "two" : "one");
    });

    CompletableFuture<CallResult> left = begin("left", Isolation.NONE, edited);
    CompletableFuture<CallResult> right = begin("right", Isolation.NONE, edited);
    assertThat(bothRead.await(30, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<CallResult> fix = begin("write two.txt 2", Isolation.WORKTREE, edited);
    CompletableFuture<CallResult> late = begin("late", Isolation.NONE, edited);
    assertThat(changing.getCount()).isEqualTo(1);
    assertThat(events.waits)
        .anyMatch(reason -> reason.contains("its turn in the worktree of " + edited.callId()));
    goHome.countDown();

    assertThat(left.join().text()).isEqualTo("one");
    assertThat(right.join().text()).isEqualTo("one");
    assertThat(fix.join().text()).isEqualTo("two");
    assertThat(late.join().text()).as("it asked behind the change").isEqualTo("two");
  }

  @Test
  void aReaderThatWaitsShowsWhatForAndHasItsKeyAfterwards() throws Exception {
    CallResult first = readBehindAChange(CachePolicy.AUTO, CacheStatus.MISS);
    assertThat(first.cacheStatus()).isEqualTo(CacheStatus.MISS);
    run = run();
    CallResult again = readBehindAChange(CachePolicy.AUTO, CacheStatus.MISS);
    assertThat(again.cacheStatus()).isEqualTo(CacheStatus.HIT);
    assertThat(again.text()).isEqualTo(first.text());
  }

  @ParameterizedTest
  @CsvSource({"READ_ONLY, MISS", "REFRESH, MISS", "DISABLED, DISABLED"})
  void aReaderThatWaitsIsRecordedAsItsPolicySays(CachePolicy policy, CacheStatus status)
      throws Exception {
    assertThat(readBehindAChange(policy, status).cacheStatus()).isEqualTo(status);
  }

  private CallResult readBehindAChange(CachePolicy policy, CacheStatus whileItWaits)
      throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      if (call.prompt().equals("write two.txt 2")) {
        goOn.await();
      }
      edit(call.workingDirectory(), call.prompt());
      return ScriptedAdapter.reply("did " + call.prompt());
    });
    CallResult edited = isolated("write one.txt 1");
    CompletableFuture<CallResult> change = begin("write two.txt 2", Isolation.WORKTREE, edited);
    CompletableFuture<CallResult> reading =
        begin(request("review", Isolation.NONE, edited.callId(), policy));
    List<CallRecord> calls = store.reader().calls(run.runId());
    while (calls.size() < 3 || calls.get(2).waiting() == null) {
      var unused = new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
      calls = store.reader().calls(run.runId());
    }
    CallRecord waiting = calls.get(2);
    assertThat(waiting.status()).isEqualTo(CallStatus.RUNNING);
    assertThat(waiting.cache().key()).isNull();
    assertThat(waiting.cache().status()).isEqualTo(whileItWaits);
    assertThat(Objects.requireNonNull(waiting.waiting()).reason())
        .isEqualTo(
            "its turn in the worktree of %s, where others work: %s"
                .formatted(edited.callId(), calls.get(1).id()));
    goOn.countDown();

    assertThat(change.join().status()).isEqualTo(CallStatus.DONE);
    CallResult read = reading.join();
    CallRecord done = store.reader().call(read.callId()).orElseThrow();
    assertThat(done.id()).isEqualTo(waiting.id());
    assertThat(done.status()).isEqualTo(CallStatus.DONE);
    assertThat(done.waiting()).isNull();
    assertThat(done.cache().key()).isEqualTo(read.cacheKey()).isNotNull();
    assertThat(done.cache().status()).isEqualTo(read.cacheStatus());
    assertThat(done.completedAt()).isAfter(done.createdAt());
    return read;
  }

  @Test
  void twoChangesAreNeverThereAtOnceAndGoInTheirOrder() {
    CallResult edited = isolated("write log.txt 0");
    List<String> order = new ArrayList<>();
    List<String> inside = new ArrayList<>();
    provider.will((call, attempt) -> {
      synchronized (inside) {
        inside.add(call.prompt());
        assertThat(inside).hasSize(1);
        order.add(call.prompt());
      }
      Thread.yield();
      synchronized (inside) {
        inside.clear();
      }
      return ScriptedAdapter.reply("done");
    });
    List<CompletableFuture<CallResult>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(begin("change " + i, Isolation.WORKTREE, edited));
    }
    all.forEach(one -> assertThat(one.join().status()).isEqualTo(CallStatus.DONE));

    assertThat(order)
        .containsExactlyElementsOf(
            java.util.stream.IntStream.range(0, 20).mapToObj(i -> "change " + i).toList());
  }

  @Test
  void whoIsCancelledInTheQueueKeepsNobodyElseWaiting() throws Exception {
    CallResult edited = isolated("write one.txt 1");
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goHome = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      if (call.prompt().equals("first")) {
        reading.countDown();
        assertThat(goHome.await(30, TimeUnit.SECONDS)).isTrue();
      }
      return ScriptedAdapter.reply("done");
    });
    CompletableFuture<CallResult> first = begin("first", Isolation.NONE, edited);
    assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
    InFlightCall change =
        pipeline.begin(run, request("change", Isolation.WORKTREE, edited.callId()));
    CompletableFuture<CallResult> behind = begin("behind", Isolation.NONE, edited);
    change.cancel("enough");

    assertThat(((CallOutcome.Answered) change.outcome().join()).result().status())
        .isEqualTo(CallStatus.CANCELLED);
    assertThat(behind.join().status()).as("beside the first").isEqualTo(CallStatus.DONE);
    goHome.countDown();
    assertThat(first.join().status()).isEqualTo(CallStatus.DONE);
  }

  @Test
  void aWaitForTheTurnIsNotTheCallsTime() throws Exception {
    CallResult edited = isolated("write one.txt 1");
    CountDownLatch goHome = new CountDownLatch(1);
    provider.will((call, attempt) -> {
      if (call.prompt().equals("slow")) {
        assertThat(goHome.await(30, TimeUnit.SECONDS)).isTrue();
      }
      return ScriptedAdapter.reply("done");
    });
    CompletableFuture<CallResult> slow = begin("slow", Isolation.WORKTREE, edited);
    CallRequest hasty = request("hasty", Isolation.NONE, edited.callId());
    CompletableFuture<CallOutcome> waiting =
        pipeline
            .begin(
                run,
                Requests.of(hasty.task().prompt())
                    .timeout(Duration.ofMillis(300))
                    .in(hasty.workplace())
                    .build())
            .outcome();
    assertThatThrownBy(() -> waiting.get(600, TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    goHome.countDown();

    assertThat(slow.join().status()).isEqualTo(CallStatus.DONE);
    assertThat(((CallOutcome.Answered) waiting.join()).result().status())
        .isEqualTo(CallStatus.DONE);
  }

  @ParameterizedTest
  @CsvSource({
    "rm -rf \"$TREE\", is not there",
    "mv \"$TREE\" \"$TREE.moved\"; ln -s \"$TREE.moved\" \"$TREE\", link",
    "rm \"$TREE/.git\", .git file",
    "echo \"gitdir: $PROJECT/.git\" > \"$TREE/.git\", does not lead",
    "git -C \"$TREE\" config extensions.worktreeConfig true;"
        + " git -C \"$TREE\" config --worktree core.worktree \"$PROJECT\", works in",
    "echo \"$OTHER/.git\" > \"$PROJECT/.git/worktrees/$CALL/commondir\", commondir",
    "rm -r \"$PROJECT/.git/worktrees/$CALL\", does not know the worktree",
    "git -C \"$TREE\" symbolic-ref HEAD $(git -C \"$PROJECT\" symbolic-ref HEAD), checked out",
    "git -C \"$TREE\" symbolic-ref refs/heads/x $(git -C \"$PROJECT\" symbolic-ref HEAD);"
        + " git -C \"$TREE\" symbolic-ref HEAD refs/heads/x, checked out",
    "cd \"$PROJECT/.git/worktrees\"; cp -R \"$CALL\" second;"
        + " git -C \"$PROJECT\" branch second; echo 'ref: refs/heads/second' > second/HEAD,"
        + " 2 times"
  })
  void aWorktreeThatIsNotAsItWasMadeFailsClosed(String damage, String why) throws IOException {
    Repository other = Repository.at(directory.resolve("other"));
    CallResult edited = isolated("write one.txt 1");
    int before = asked.size();
    repository.sh(
        "TREE='%s' PROJECT='%s' CALL='%s' OTHER='%s'\n%s"
            .formatted(tree(edited), repository.top, edited.callId(), other.top, damage));

    assertFailedClosed(read("review", edited), why);
    assertFailedClosed(goOn("write two.txt 2", edited), why);
    assertThat(asked).as("nobody is asked").hasSize(before);
    assertThat(repository.git("status", "--porcelain", "--untracked-files=all")).isEmpty();
  }

  @Test
  void aWorkingDirectoryThatLeadsOutFailsClosed() throws IOException {
    run = run(repository.top.resolve("sub"));
    provider.will((call, attempt) -> {
      repository
          .from(call.workingDirectory())
          .sh("cd ..; rm -r sub; ln -s '" + repository.top.resolve("sub") + "' sub");
      return ScriptedAdapter.reply("done");
    });
    CallResult edited = isolated("plant");

    assertFailedClosed(read("review", edited), "leads out of the worktree");
    assertFailedClosed(goOn("edit", edited), "leads out of the worktree");
  }

  @Test
  void anAppliedWorktreeIsNotGoneOnIn() {
    CallResult edited = isolated("write one.txt 1");
    store.writer().applyWorktree(edited.callId(), "d", Instant.now()).join();

    assertFailedClosed(goOn("write two.txt 2", edited), "was applied meanwhile");
    assertFailedClosed(read("review", edited), "was applied meanwhile");
  }

  @Test
  void aCallOfAnotherRunOrWithoutAWorktreeFailsClosed() throws IOException {
    CallResult edited = isolated("write one.txt 1");
    CallResult plain = begin("plain", Isolation.NONE, null).join();

    assertFailedClosed(read("review", plain), "has no worktree: its isolation is none");
    run = run();
    assertFailedClosed(read("review", edited), "is no call of this run");
    assertFailedClosed(goOn("write two.txt 2", edited), "is no call of this run");
  }

  @Test
  void aCallWhoseProviderFailedMayBeGoneOnFrom() {
    provider.will((call, attempt) -> {
      edit(call.workingDirectory(), call.prompt());
      throw new dev.agentworkflows.spi.AdapterException(
          dev.agentworkflows.spi.AdapterException.Kind.PERMANENT, "half way");
    });
    CallResult half = isolated("write one.txt 1");
    assertThat(half.status()).isEqualTo(CallStatus.PROVIDER_FAILED);
    provider.will((call, attempt) -> {
      edit(call.workingDirectory(), call.prompt());
      return ScriptedAdapter.reply("done");
    });

    assertThat(goOn("write two.txt 2", half).worktree().changedFiles())
        .containsExactly("one.txt", "two.txt");
  }

  @Test
  void aWriteScopeAloneIsMisuse() {
    CallResult edited = isolated("write one.txt 1");
    CallRequest request =
        Requests.of("p")
            .in(new Workplace(Isolation.NONE, edited.callId()))
            .writeScope(List.of("src"))
            .build();

    assertThat(pipeline.begin(run, request).outcome().join())
        .isInstanceOfSatisfying(
            CallOutcome.Misused.class,
            misused -> assertThat(misused.message()).contains("isolation 'worktree' as well"));
  }
}

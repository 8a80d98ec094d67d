package dev.agentworkflows.testkit;

import static dev.agentworkflows.testkit.ScriptedProgram.marks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The processes of an agent's program and its output, whatever it is that the output says. */
abstract class ProgramContract extends AdapterContract {

  static final String TEXT = "the answer";

  /** For an answer that is there, and a program that does not end. */
  private static final Duration UNTIL_ANSWERED = Duration.ofSeconds(12);

  /** Of 50 MB that are printed. An adapter may keep some for a message, or one line to read it. */
  private static final long MAX_RETAINED = 32 << 20;

  /** Keeps nothing of what it is told. */
  private static final CallContext CONTEXT = () -> 1;

  /** How many interruptions there are, each a little later than the one before. */
  private static final int MOMENTS = 8;

  private static final String STARTED = "started";

  /** Lines that are no JSON, or none that the program would print. */
  private static final String NOISE =
      """
      npm warn something
      {

      null
      []
      [1,2]
      "words"
      17
      {}
      {"type":[]}
      """;

  private @Nullable ScriptedProgram program;

  /** How the agent's program looks from outside. */
  protected abstract AgentScript script();

  @Override
  protected final Backend startBackend(Path directory) {
    ScriptedProgram made = new ScriptedProgram(directory, script(), secretName());
    program = made;
    return new ScriptedBackend(made, script());
  }

  @AfterEach
  final void noChildIsLeft() {
    children().end();
  }

  @Test
  final void aCallThatIsOverEndsTheAgentAndAllThatItStarted() throws Exception {
    String body =
        program().begins() + program().works() + "trap '' TERM; child; orphan; detached; wait\n";
    try (Adapter adapter = adapter(body)) {
      RunningCall call = RunningCall.start(adapter, reading("hello"), CONTEXT);
      children().await(3);
      call.interrupt();
      assertThat(call.failure(STOP)).isInstanceOf(InterruptedException.class);
      children().assertGone(3);
    }
  }

  /** Also while the program is only being started. */
  @Test
  @Tag("slow")
  final void anInterruptionAtAnyMomentLeavesNothing() throws Exception {
    for (int i = 0; i < MOMENTS; i++) {
      Files.deleteIfExists(program().file("pids"));
      try (Adapter adapter = adapter(program().begins() + "child; orphan; wait\n")) {
        RunningCall call = RunningCall.start(adapter, reading("hello"), CONTEXT);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(i * 10L));
        call.interrupt();
        assertThat(call.failure(STOP)).isInstanceOf(InterruptedException.class);
        children().assertGone(children().pids().size());
      }
    }
  }

  @Test
  final void anAgentThatReadsNothingIsEndedWithItsCall() throws Exception {
    String body = "trap '' TERM\n" + marks(STARTED) + "sleep 300; sleep 300\n";
    try (Adapter adapter = adapter(body)) {
      RunningCall call = RunningCall.start(adapter, reading("x".repeat(1_000_000)), CONTEXT);
      await(STARTED, call);
      call.interrupt();
      assertThat(call.failure(STOP)).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  final void anAgentThatPrintsWithoutEndIsEndedWithItsCall() throws Exception {
    String body = program().begins() + marks(STARTED) + "yes noise\n";
    try (Adapter adapter = adapter(body)) {
      RunningCall call = RunningCall.start(adapter, reading("hello"), CONTEXT);
      await(STARTED, call);
      call.interrupt();
      assertThat(call.failure(STOP)).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  final void whatHoldsThePipesOpenNeitherKeepsTheAnswerBackNorStays() throws Exception {
    answersInTime(program().begins() + "orphan; detached; started 2\n" + program().answers(TEXT));
    children().assertGoneWithin(STOP, 2);
  }

  @Test
  @Tag("slow")
  final void anAgentThatHangsAfterItsAnswerHasAnswered() throws Exception {
    assumeTrue(script().saysWhenItIsDone(), "only the program's end says that it is done");
    answersInTime(
        program().begins() + program().answers(TEXT) + "trap '' TERM; sleep 300; sleep 300\n");
  }

  private void answersInTime(String body) throws Exception {
    try (Adapter adapter = adapter(body)) {
      RunningCall call = RunningCall.start(adapter, reading("hello"), CONTEXT);
      assertThat(call.reply(UNTIL_ANSWERED).text()).isEqualTo(TEXT);
    }
  }

  @Test
  final void anAnswerCountsWhateverTheExitCode() throws Exception {
    assumeTrue(script().saysWhenItIsDone(), "the exit code says whether the answer is whole");
    assertThat(reply(program().begins() + program().answers(TEXT) + "exit 3\n").text())
        .isEqualTo(TEXT);
  }

  @Test
  final void aLastLineWithoutAnEndIsHeard() throws Exception {
    String answer = script().answer(TEXT).stripTrailing();
    assertThat(reply(program().begins() + program().prints(answer)).text()).isEqualTo(TEXT);
  }

  @Test
  final void linesThatAreNoJsonDoNoHarm() throws Exception {
    String noise = program().prints(NOISE);
    String body = noise + program().begins() + noise + program().works() + noise;
    assertThat(reply(body + program().answers(TEXT) + noise).text()).isEqualTo(TEXT);
  }

  @Test
  final void bytesThatAreNoUtf8DoNoHarm() throws Exception {
    byte[] noise = "a?b\n?\n{\"type\":\"?\"}\n".getBytes(StandardCharsets.ISO_8859_1);
    byte[] answer = script().answer("left?right").getBytes(StandardCharsets.ISO_8859_1);
    String body = program().prints(broken(noise)) + program().prints(broken(answer));
    Outcome outcome;
    try (Adapter adapter = adapter(program().begins() + body)) {
      outcome = outcome(RunningCall.start(adapter, reading("hello"), CONTEXT));
    }
    if (outcome.reply() == null) {
      assertClear(outcome);
    } else {
      assertThat(outcome.reply().text()).isEqualTo("left\uFFFDright");
    }
  }

  /** As versions of the program do that the adapter does not know. */
  @Test
  @Tag("slow")
  final void valuesOfOtherTypesAreNoMoreThanAFailure() throws Exception {
    String begun = program().begins() + program().works();
    for (String lines : linesThatEnd()) {
      for (String odd : OddValues.variants(lines)) {
        try (Adapter adapter = adapter(begun + program().prints(odd))) {
          Outcome outcome = outcome(RunningCall.start(adapter, editing("hello"), CONTEXT));
          if (outcome.failure() != null) {
            assertThat(outcome.failure()).as(odd).isInstanceOf(AdapterException.class);
            assertThat(((AdapterException) outcome.failure()).nothingBegan()).as(odd).isFalse();
          }
        }
      }
    }
  }

  private List<String> linesThatEnd() {
    List<String> all = new ArrayList<>(List.of(script().answer(TEXT)));
    all.add(script().refused("not like this").lines());
    script().usageLimit(Instant.now().plusSeconds(60)).map(AgentOutput::lines).ifPresent(all::add);
    return all;
  }

  @Test
  @Tag("slow")
  final void fiftyMegabytesOfEventsTakeLittleMemory() throws Exception {
    assertBounded(inLoop(script().work(), ""));
  }

  @Test
  final void aLineOfFiftyMegabytesTakesLittleMemory() throws Exception {
    assertBounded("head -c 50000000 /dev/zero | tr '\\0' x; echo\n");
  }

  @Test
  final void fiftyMegabytesOfErrorsTakeLittleMemory() throws Exception {
    Outcome outcome = assertBounded(inLoop("noise\n", " >&2"));
    assertThat(outcome.failure()).as("standard error is not the answer").isNull();
  }

  /** Prints it over and over, until it is 50 MB. */
  private String inLoop(String lines, String where) {
    String block = lines.repeat((1 << 20) / lines.length());
    String command = "for i in %s; do cat '%s'%s; done%n";
    return "{ "
        + program().prints(block).strip()
        + "; } >\"$here/block\"\n"
        + command.formatted("0 ".repeat(50), program().file("block"), where);
  }

  /** The right answer or a clear failure; and nothing of what was printed is held on to. */
  private Outcome assertBounded(String printing) throws Exception {
    String body =
        program().begins()
            + printing
            + marks("printed")
            + "until [ -e \"$here/measured\" ]; do sleep 0.1; done\n"
            + program().answers(TEXT);
    try (Adapter adapter = adapter(body)) {
      RetainedMemory memory = RetainedMemory.now();
      RunningCall call = RunningCall.start(adapter, reading("hello"), CONTEXT);
      await("printed", call);
      long retained = memory.added();
      Files.createFile(program().file("measured"));
      assertThat(retained).as("bytes held on to while 50 MB were printed").isLessThan(MAX_RETAINED);
      Outcome outcome = outcome(call);
      if (outcome.reply() == null) {
        assertClear(outcome);
      } else {
        assertThat(outcome.reply().text()).isEqualTo(TEXT);
      }
      return outcome;
    }
  }

  /** One of both is null. */
  private record Outcome(@Nullable AgentReply reply, @Nullable Throwable failure) {}

  private static Outcome outcome(RunningCall call) throws Exception {
    try {
      return new Outcome(call.reply(PATIENCE), null);
    } catch (ExecutionException e) {
      return new Outcome(null, e.getCause());
    }
  }

  /** Until the program came so far, or the call has ended. */
  private void await(String mark, RunningCall call) throws TimeoutException {
    Waiting.until(() -> call.isOver() || Files.exists(program().file(mark)), PATIENCE);
  }

  private static void assertClear(Outcome outcome) {
    assertThat(outcome.failure()).isInstanceOf(AdapterException.class);
    assertThat(outcome.failure()).message().isNotBlank();
  }

  /** With a byte that UTF-8 never has in the place of each question mark. */
  private static byte[] broken(byte[] text) {
    for (int i = 0; i < text.length; i++) {
      text[i] = text[i] == '?' ? (byte) 0xff : text[i];
    }
    return text;
  }

  // What the tests of the contract are made of.

  final ScriptedProgram program() {
    ScriptedProgram made = program;
    if (made == null) {
      throw new IllegalStateException("each test has a program of its own");
    }
    return made;
  }

  private StubbornProcesses children() {
    return new StubbornProcesses(program().directory());
  }

  final AgentCall reading(String prompt) {
    return TestCalls.reading(directory(), prompt);
  }

  final AgentCall editing(String prompt) {
    return TestCalls.editing(directory(), prompt);
  }

  /** Asks a program that does this. */
  final Adapter adapter(String body) throws AdapterException {
    return adapter(program().doing(body), context());
  }

  /** Asks a program(). */
  final Adapter adapter(Path file, TestContext offered) throws AdapterException {
    return factory().create(offered.withSettings(script().settings(file)));
  }

  final AgentReply reply(String body) throws Exception {
    return reply(body, reading("hello"));
  }

  final AgentReply reply(String body, AgentCall call) throws Exception {
    try (Adapter adapter = adapter(body)) {
      return RunningCall.start(adapter, call, CONTEXT).reply(PATIENCE);
    }
  }

  final AdapterException failure(String body) throws Exception {
    return failure(body, reading("hello"));
  }

  final AdapterException failure(String body, AgentCall call) throws Exception {
    return failure(adapter(body), call);
  }

  /** And closes the adapter. */
  final AdapterException failure(Adapter adapter, AgentCall call) throws Exception {
    try (adapter) {
      return RunningCall.start(adapter, call, CONTEXT).adapterException(PATIENCE);
    }
  }
}

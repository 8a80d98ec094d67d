package dev.agentworkflows.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentReply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every adapter must do. An adapter's author extends it, names the factory and the secret, and
 * starts a {@link Backend}; the tests are inherited.
 *
 * <p>Tests of one adapter must not run side by side: the processes that this one started are
 * counted.
 */
public abstract class AdapterContract {

  /** What a coordinator gives an adapter to stop, and to leave no process behind. */
  static final Duration STOP = Duration.ofSeconds(5);

  /** Far more than a call to a stand-in takes, also on a busy machine. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int AT_ONCE = 16;

  static final String SECRET = "sk-test-51d6a7f0c3e94b28";

  private final OwnProcesses processes = OwnProcesses.now();
  private Backend backend;
  private Path directory;

  /** The factory under test. */
  protected abstract AdapterFactory factory();

  /** The secret that the adapter sends to its provider: {@code OPENAI_API_KEY}. */
  protected abstract String secretName();

  /**
   * Starts what stands for the provider.
   *
   * @param directory an empty one, for the backend alone
   */
  protected abstract Backend startBackend(Path directory) throws Exception;

  @BeforeEach
  final void start(@TempDir Path temporary) throws Exception {
    directory = Files.createDirectory(temporary.resolve("work"));
    backend = startBackend(Files.createDirectory(temporary.resolve("backend")));
  }

  @AfterEach
  final void nothingIsLeftBehind() throws Exception {
    backend.close();
    assertThat(processes.left(STOP)).as("processes left behind").isEmpty();
  }

  @Test
  final void theNamesAreWellFormed() {
    assertThat(factory().name()).matches("[a-z0-9]+(-[a-z0-9]+)*");
    assertThat(factory().aliases())
        .allSatisfy(alias -> assertThat(alias).matches("[a-z0-9]+(-[a-z0-9]+)*"))
        .doesNotContain(factory().name());
  }

  @Test
  final void theFactoryIsFoundByTheServiceLoader() {
    Stream<Class<?>> found =
        ServiceLoader.load(AdapterFactory.class).stream().map(ServiceLoader.Provider::type);
    assertThat(found).as("META-INF/services").contains(factory().getClass());
  }

  @Test
  final void aCallIsAnswered() throws Exception {
    backend.behave(Behaviour.ANSWERS);
    try (Adapter adapter = factory().create(context())) {
      AgentReply reply = start(adapter, "hello").reply(PATIENCE);
      assertThat(reply.text()).isEqualTo(Backend.ANSWER + "hello");
    }
  }

  @Test
  final void manyCallsAtOnceGetTheirOwnAnswers() throws Exception {
    backend.behave(Behaviour.ANSWERS);
    try (Adapter adapter = factory().create(context())) {
      List<RunningCall> calls = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        calls.add(start(adapter, "question " + i));
      }
      for (int i = 0; i < AT_ONCE; i++) {
        assertThat(calls.get(i).reply(PATIENCE).text()).isEqualTo(Backend.ANSWER + "question " + i);
      }
    }
  }

  @Test
  final void aFailureThatPassesMayBeTriedAgain() throws Exception {
    assertThat(failure(Behaviour.FAILS_FOR_NOW).kind())
        .isIn(Kind.TRANSIENT, Kind.RATE_LIMITED, Kind.NOT_SENT);
  }

  @Test
  final void aFailureForGoodIsNotTriedAgain() throws Exception {
    assertThat(failure(Behaviour.FAILS_FOR_GOOD).kind()).isIn(Kind.PERMANENT, Kind.UNAVAILABLE);
  }

  @Test
  final void aFailureSaysWhatHappened() throws Exception {
    assertThat(failure(Behaviour.FAILS_FOR_GOOD)).message().isNotBlank();
  }

  @Test
  final void theSecretIsInNoFailure() throws Exception {
    for (Behaviour behaviour :
        List.of(
            Behaviour.FAILS_REPEATING_THE_SECRET,
            Behaviour.FAILS_FOR_NOW,
            Behaviour.FAILS_FOR_GOOD)) {
      for (Throwable e = failure(behaviour); e != null; e = e.getCause()) {
        assertThat(e.toString()).as(behaviour.name()).doesNotContain(SECRET);
      }
    }
  }

  @Test
  final void anInterruptedCallEndsSoonAndLeavesNoProcess() throws Exception {
    backend.behave(Behaviour.NEVER_ANSWERS);
    try (Adapter adapter = factory().create(context())) {
      RunningCall call = start(adapter, "hello");
      backend.awaitRequest(PATIENCE);
      call.interrupt();
      assertThat(call.failure(STOP)).isInstanceOf(InterruptedException.class);
      assertThat(processes.left(Duration.ZERO)).as("processes left behind").isEmpty();
    }
  }

  @Test
  final void aCallCanBeMadeAfterAnInterruptedOne() throws Exception {
    backend.behave(Behaviour.NEVER_ANSWERS);
    try (Adapter adapter = factory().create(context())) {
      RunningCall call = start(adapter, "hello");
      backend.awaitRequest(PATIENCE);
      call.interrupt();
      call.failure(STOP);
      backend.behave(Behaviour.ANSWERS);
      assertThat(start(adapter, "again").reply(PATIENCE).text())
          .isEqualTo(Backend.ANSWER + "again");
    }
  }

  @Test
  final void anUnknownSettingIsRefusedByName() {
    TestContext mistyped = context().withSettings(Map.of("no_such_setting", "1"));
    assertThatThrownBy(() -> factory().create(mistyped).close())
        .isInstanceOf(AdapterException.class)
        .hasMessageContaining("no_such_setting");
  }

  private AdapterException failure(Behaviour behaviour) throws Exception {
    backend.behave(behaviour);
    try (Adapter adapter = factory().create(context())) {
      return start(adapter, "hello").adapterException(PATIENCE);
    }
  }

  final TestContext context() {
    return TestContext.empty().withSettings(backend.settings()).withSecret(secretName(), SECRET);
  }

  /** Where calls work. */
  final Path directory() {
    return directory;
  }

  private RunningCall start(Adapter adapter, String prompt) {
    return RunningCall.start(adapter, TestCalls.reading(directory, prompt));
  }
}

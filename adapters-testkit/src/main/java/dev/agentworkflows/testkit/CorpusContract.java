package dev.agentworkflows.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds an adapter against a corpus of answers: each is given to it as the provider would give it,
 * and what it makes of it is what the entry expects. An adapter's author extends it, names the
 * factory, the secret and the entries.
 */
public abstract class CorpusContract {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Words of the machine's that people can do nothing with. */
  private static final String MACHINE_WORDS =
      "\\bnull\\b|java\\.|Exception\\b|Unexpected character|\\b[a-z]+\\.[a-z]+\\.[A-Z]\\w+";

  /** The factory under test. */
  protected abstract AdapterFactory factory();

  /** The secret that the adapter sends to its provider. */
  protected abstract String secretName();

  /**
   * Which answers: {@link AnswerCorpus#of} one provider, or {@link AnswerCorpus#in} a directory.
   */
  protected abstract List<CorpusEntry> entries() throws IOException;

  /** What a user would configure besides the address. */
  protected Map<String, String> settings() {
    return Map.of();
  }

  /** Whether the adapter starts a program; otherwise it asks an endpoint over HTTP. */
  protected boolean startsProgram() {
    return false;
  }

  @TestFactory
  final List<DynamicTest> everyAnswerIsTakenForWhatItIs(@TempDir Path directory)
      throws IOException {
    List<CorpusEntry> entries = entries();
    assertThat(entries).as("the corpus").isNotEmpty();
    return entries.stream()
        .map(entry -> DynamicTest.dynamicTest(entry.name(), () -> hold(entry, directory)))
        .toList();
  }

  private void hold(CorpusEntry entry, Path directory) throws Exception {
    try (CorpusBackend backend =
        startsProgram() ? CorpusBackend.program(entry, directory) : CorpusBackend.endpoint(entry)) {
      TestContext context =
          TestContext.empty()
              .withSettings(settings())
              .withSettings(backend.settings())
              .withSecret(secretName(), "sk-corpus-51d6a7f0c3e94b28");
      try (Adapter adapter = factory().create(context)) {
        RunningCall call = RunningCall.start(adapter, call(entry, directory));
        if (entry.expected().kind() == null) {
          holdReply(entry, call.reply(PATIENCE));
        } else {
          holdFailure(entry, call.adapterException(PATIENCE));
        }
      }
    }
  }

  private static AgentCall call(CorpusEntry entry, Path directory) {
    AgentCall call =
        entry.mutating()
            ? TestCalls.editing(directory, entry.prompt())
            : TestCalls.reading(directory, entry.prompt());
    return entry.schema() == null ? call : TestCalls.withSchema(call, entry.schema());
  }

  private static void holdReply(CorpusEntry entry, AgentReply reply) {
    assertThat(reply.text()).as(entry.source()).isEqualTo(entry.expected().text());
    holdUsage(entry, reply.usage());
    if (entry.expected().cost() != null) {
      assertThat(reply.costUsd()).isEqualByComparingTo(entry.expected().cost());
    }
  }

  private static void holdFailure(CorpusEntry entry, AdapterException failure) {
    assertThat(failure.kind().name())
        .as("%s: %s", entry.source(), failure.getMessage())
        .isEqualTo(entry.expected().kind());
    assertThat(failure).message().doesNotContainPattern(MACHINE_WORDS);
    for (String part : entry.expected().message()) {
      assertThat(failure).as(entry.source()).hasMessageContaining(part);
    }
    Long wait = entry.expected().retryAfterSeconds();
    if (wait != null) {
      assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(wait));
    }
    holdUsage(entry, failure.usage());
  }

  private static void holdUsage(CorpusEntry entry, Usage usage) {
    entry
        .expected()
        .usage()
        .forEach((part, tokens) -> {
          Long counted =
              switch (part) {
                case "input" -> usage.inputTokens();
                case "output" -> usage.outputTokens();
                case "cache_read" -> usage.cacheReadTokens();
                case "cache_write" -> usage.cacheWriteTokens();
                case "total" -> usage.totalTokens();
                default -> throw new IllegalArgumentException(entry.name() + ": usage of " + part);
              };
          assertThat(counted).as("%s tokens, %s", part, entry.source()).isEqualTo(tokens);
        });
  }
}

package dev.agentworkflows.coordinator.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.testkit.AnswerCorpus;
import dev.agentworkflows.testkit.CorpusEntry;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The values of the test kit's corpus, found in the texts that the adapters make of its answers.
 */
class CorpusValuesTest {

  static List<CorpusEntry> entriesWithAValue() throws IOException {
    return AnswerCorpus.all().stream().filter(entry -> entry.expected().value() != null).toList();
  }

  @ParameterizedTest
  @MethodSource("entriesWithAValue")
  void theValueIsChosenBySchema(CorpusEntry entry) throws Exception {
    StructuredAnswer checked =
        AnswerSchema.parse(Objects.requireNonNull(entry.schema()))
            .check(Objects.requireNonNull(entry.expected().text()), entry.prompt());
    assertThat(checked).isInstanceOf(StructuredAnswer.Valid.class);
    assertThat(Json.read(((StructuredAnswer.Valid) checked).valueJson()))
        .as(entry.source())
        .isEqualTo(entry.expected().value());
  }

  @Test
  void theCorpusIsThere() throws Exception {
    assertThat(AnswerCorpus.all()).hasSizeGreaterThanOrEqualTo(150);
  }
}

package dev.agentworkflows.coordinator.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {

  private static final List<String> NAMES =
      List.of("--model", "--provider", "--json", "--home", "--keep", "status", "resume", "runs");

  @Test
  void aMistypedNameIsRecognised() {
    assertThat(Suggestion.closest("--modle", NAMES)).contains("--model");
    assertThat(Suggestion.closest("--provder", NAMES)).contains("--provider");
    assertThat(Suggestion.closest("stauts", NAMES)).contains("status");
    assertThat(Suggestion.closest("rus", NAMES)).contains("runs");
  }

  @Test
  void aNamesBeginningIsRecognised() {
    assertThat(Suggestion.closest("--prov", NAMES)).contains("--provider");
    assertThat(Suggestion.closest("--", NAMES)).isEmpty();
  }

  @Test
  void aNameThatIsFarFromAllIsNotGuessed() {
    assertThat(Suggestion.closest("--verbose", NAMES)).isEmpty();
    assertThat(Suggestion.closest("x", NAMES)).isEmpty();
    assertThat(Suggestion.closest("", NAMES)).isEmpty();
  }

  @Test
  void aSwapOfNeighboursIsOneMistake() {
    assertThat(Suggestion.distance("modle", "model")).isEqualTo(1);
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
  }
}

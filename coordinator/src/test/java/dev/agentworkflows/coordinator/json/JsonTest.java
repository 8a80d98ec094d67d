package dev.agentworkflows.coordinator.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void anEmptyTextIsNotJson() {
    assertThatThrownBy(() -> Json.read(" ")).isInstanceOf(JsonTextException.class);
  }

  @Test
  void strictReadingRefusesAKeyThatIsThereTwice() {
    String json = "{\"a\": 1, \"a\": 2}";

    assertThat(Json.read(json).get("a").intValue()).isEqualTo(2);
    assertThatThrownBy(() -> Json.readStrict(json)).isInstanceOf(JsonTextException.class);
  }
}

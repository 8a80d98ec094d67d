package dev.agentworkflows.coordinator.app.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RunArgumentsTest {

  @Test
  void nothingIsAskedFor() {
    RunArguments nothing = new RunArguments(null, Map.of());

    assertThat(nothing.fresh()).isEqualTo("{}");
    assertThat(nothing.over("{\"topic\":\"tea\"}")).isEqualTo("{\"topic\":\"tea\"}");
  }

  @Test
  void anObjectTakesThePlaceOfTheEarlierOne() {
    RunArguments other = new RunArguments("{\"a\":1}", Map.of());

    assertThat(other.fresh()).isEqualTo("{\"a\":1}");
    assertThat(other.over("{\"topic\":\"tea\"}")).isEqualTo("{\"a\":1}");
  }

  @Test
  void singleArgumentsAreAddedOrTakeThePlaceOfTheirNamesakes() {
    RunArguments one = new RunArguments(null, Map.of("topic", "rice"));

    assertThat(one.fresh()).isEqualTo("{\"topic\":\"rice\"}");
    assertThat(one.over("{\"topic\":\"tea\",\"n\":2}")).isEqualTo("{\"topic\":\"rice\",\"n\":2}");
    assertThat(new RunArguments("{\"n\":3}", Map.of("topic", "rice")).over("{\"a\":1}"))
        .isEqualTo("{\"n\":3,\"topic\":\"rice\"}");
  }
}

package dev.agentworkflows.coordinator.report;

import static dev.agentworkflows.coordinator.testing.Records.NOON;
import static dev.agentworkflows.coordinator.testing.Records.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.report.TimelineLayout.Band;
import dev.agentworkflows.coordinator.report.TimelineLayout.Bar;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimelineLayoutTest {

  @Test
  void callsAtOnceLieBelowEachOtherAndCallsAfterEachOtherInOneLane() {
    TimelineLayout layout =
        layout(
            call("r", 1).at(0, 1_000).build(),
            call("r", 2).at(500, 1_500).build(),
            call("r", 3).at(1_200, 2_000).build());

    Band band = layout.bands().get(0);
    assertThat(band.lanes()).isEqualTo(2);
    assertThat(band.bars()).extracting(Bar::lane).containsExactly(0, 1, 0);
    assertThat(layout.mostAtOnce()).isEqualTo(2);
    assertThat(layout.span()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void xIsTime() {
    Bar bar = layout(call("r", 1).at(500, 1_000).build()).bands().get(0).bars().get(0);

    assertThat(bar.x()).isCloseTo(49.5, org.assertj.core.data.Offset.offset(0.01));
    assertThat(bar.width()).isCloseTo(49.5, org.assertj.core.data.Offset.offset(0.01));
    assertThat(bar.waited()).as("3 ms").isCloseTo(0.297, org.assertj.core.data.Offset.offset(0.01));
  }

  @Test
  void phasesAreBandsInTheOrderOfTheirFirstCalls() {
    TimelineLayout layout =
        layout(
            call("r", 1).phase("b").at(0, 10).build(),
            call("r", 2).phase(null).at(10, 20).build(),
            call("r", 3).phase("b").at(0, 30).build());

    assertThat(layout.bands()).extracting(Band::name).containsExactly("b", "(no phase)");
    assertThat(layout.lanes()).isEqualTo(3);
  }

  @Test
  void manyPhasesAreOneBand() {
    TimelineLayout layout =
        layout(
            IntStream.range(0, 17)
                .mapToObj(i -> call("r", i + 1).phase("p" + i).at(0, 10).build())
                .toArray(CallRecord[]::new));

    assertThat(layout.bands()).extracting(Band::name).containsExactly("all phases");
    assertThat(layout.lanes()).isEqualTo(17);
  }

  @Test
  void whatTookNoTimeIsStillSeen() {
    TimelineLayout layout =
        layout(
            call("r", 1).cache(CacheStatus.HIT).at(0, 0).build(),
            call("r", 2).cache(CacheStatus.HIT).at(0, 0).build());

    assertThat(layout.bands().get(0).bars()).extracting(Bar::width).containsOnly(1.0);
    assertThat(layout.bands().get(0).bars()).extracting(Bar::lane).containsExactly(0, 1);
    assertThat(layout.mostAtOnce()).as("nobody was asked").isZero();
  }

  @Test
  void aCallThatIsOutLastsUntilNow() {
    CallRecord out = call("r", 1).status(CallStatus.RUNNING).at(0, 0).build();

    TimelineLayout layout = TimelineLayout.of(NOON, List.of(out), NOON.plusSeconds(3), 100, 1);

    assertThat(layout.span()).isEqualTo(Duration.ofSeconds(3));
    assertThat(layout.bands().get(0).bars())
        .extracting(Bar::style)
        .containsExactly(CallStyle.RUNNING);
  }

  @Test
  void tenThousandCallsAtOnceArePlacedInOneGo() {
    CallRecord[] calls =
        IntStream.rangeClosed(1, 10_000)
            .mapToObj(i -> call("r", i).at(i, 20_000 - i).build())
            .toArray(CallRecord[]::new);

    TimelineLayout layout = layout(calls);

    assertThat(layout.lanes()).isEqualTo(10_000);
    assertThat(layout.mostAtOnce()).isBetween(9_990, 10_000);
  }

  private static TimelineLayout layout(CallRecord... calls) {
    return TimelineLayout.of(NOON, List.of(calls), NOON.plusSeconds(60), 100, 1);
  }
}

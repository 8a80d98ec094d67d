package dev.agentworkflows.coordinator.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunIdsTest {

  @Test
  void anIdTellsItsSecond() {
    assertThat(RunIds.next(Instant.parse("2026-11-22T14:32:01.5Z"), new Random(1)))
        .matches("run_20261122_143201_[0-9a-f]{6}");
  }

  @Test
  void idsSortByTimeWithinASecondToo() {
    List<String> ids = new ArrayList<>();
    Random random = new Random(1);
    Instant start = Instant.parse("2026-11-22T14:32:01Z");
    for (int milliseconds = 0; milliseconds < 3000; milliseconds++) {
      ids.add(RunIds.next(start.plusMillis(milliseconds), random));
    }
    assertThat(ids).isSorted().doesNotHaveDuplicates();
  }
}

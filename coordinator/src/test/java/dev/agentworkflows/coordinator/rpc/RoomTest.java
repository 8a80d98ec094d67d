package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomTest {

  private final List<String> done = new ArrayList<>();

  @Test
  void whoWaitsGoesOnWhenThereIsRoomAgain() {
    Room room = new Room(10);
    room.take(9);
    room.whenThereIsSome(() -> done.add("first"));
    room.take(100);
    room.whenThereIsSome(() -> done.add("second"));
    room.whenThereIsSome(() -> done.add("third"));
    room.give(9);
    assertThat(done).containsExactly("first");
    room.give(100);
    assertThat(done).containsExactly("first", "second", "third");
    room.give(0);
    assertThat(done).as("once each").hasSize(3);
  }

  @Test
  void withoutALimitNobodyWaits() {
    Room room = Room.unlimited();
    room.take(Long.MAX_VALUE / 2);
    room.whenThereIsSome(() -> done.add("at once"));
    assertThat(done).hasSize(1);
    assertThat(room.keep(Long.MAX_VALUE / 2)).isTrue();
    assertThat(room.keep(1)).isTrue();
  }

  @Test
  void fourTimesAsMuchIsKeptAndOneMore() {
    Room room = new Room(10);
    assertThat(room.keep(40)).isTrue();
    assertThat(room.keep(20)).as("the one that goes beyond").isTrue();
    assertThat(room.keep(1)).isFalse();
    room.forget(50);
    assertThat(room.keep(1)).isTrue();
  }
}

package dev.agentworkflows.coordinator.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class RequestsInFlightTest {

  private final RequestsInFlight requests = new RequestsInFlight();

  private static JSONRPCNotification cancelled(Object id) {
    return new JSONRPCNotification("notifications/cancelled", Map.of("requestId", id));
  }

  @Test
  void aCancelledRequestsWorkHearsOfIt() {
    AtomicBoolean heard = new AtomicBoolean();
    CompletableFuture<Void> over =
        requests.begin(7, Mono.<Void>never().doOnCancel(() -> heard.set(true)));

    assertThat(requests.cancelledBy(cancelled(7))).isTrue();

    assertThat(heard).isTrue();
    assertThat(over).isDone();
    assertThat(requests.isEmpty()).isTrue();
  }

  @Test
  void anotherIdIsAnotherRequest() {
    CompletableFuture<Void> over = requests.begin(7, Mono.never());

    assertThat(requests.cancelledBy(cancelled("7"))).isTrue();
    assertThat(requests.cancelledBy(cancelled(8))).isTrue();
    assertThat(requests.cancelledBy(new JSONRPCNotification("notifications/cancelled", Map.of())))
        .isTrue();

    assertThat(over).isNotDone();
  }

  @Test
  void otherNotificationsAreNotItsMatter() {
    assertThat(
            requests.cancelledBy(
                new JSONRPCNotification("notifications/initialized", Map.of("requestId", 7))))
        .isFalse();
  }

  @Test
  void workThatIsDoneAtOnceOrFailsIsOver() {
    assertThat(requests.begin(1, Mono.empty())).isDone();
    assertThat(requests.begin(2, Mono.error(new IllegalStateException("broken")))).isDone();
    assertThat(requests.isEmpty()).isTrue();
    requests.await(Duration.ofDays(1));
  }
}

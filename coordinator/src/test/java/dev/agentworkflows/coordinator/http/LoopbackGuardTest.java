package dev.agentworkflows.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import dev.agentworkflows.coordinator.http.LoopbackGuard.Denial;
import dev.agentworkflows.coordinator.http.LoopbackGuard.Origins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopbackGuardTest {

  private final LoopbackGuard own = new LoopbackGuard(() -> "secret", Origins.OWN);
  private final LoopbackGuard any = new LoopbackGuard(() -> "secret", Origins.OF_THIS_MACHINE);

  private static Headers headers(String... lines) {
    Headers headers = new Headers();
    for (String line : lines) {
      headers.add(line.split(": ", 2)[0], line.split(": ", 2)[1]);
    }
    return headers;
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8080, true",
    "localhost:1, true",
    "LOCALHOST:8080, true",
    "[::1]:8080, true",
    "127.0.0.1, true",
    "evil.example, false",
    "evil.example:8080, false",
    "127.0.0.1.evil.example:8080, false",
    "localhost:8080@evil.example, false",
    "127.0.0.1:, false",
    "127.0.0.1:123456, false",
    "[::1, false",
    "'', false"
  })
  void theHostIsANameOfThisMachine(String host, boolean welcome) {
    assertThat(own.denies(headers("Host: " + host)).isEmpty()).isEqualTo(welcome);
    assertThat(any.denies(headers("Host: " + host)).isEmpty()).isEqualTo(welcome);
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:8080, true, true",
    "http://127.0.0.1:9999, false, true",
    "https://localhost:3000, false, true",
    "http://[::1]:5, false, true",
    "http://evil.example, false, false",
    "http://127.0.0.1:8080.evil.example, false, false",
    "http://localhost.evil.example, false, false",
    "null, false, false",
    "'http://a b', false, false"
  })
  void theOriginIsAPageOfThisMachine(String origin, boolean ours, boolean ofThisMachine) {
    Headers asked = headers("Host: 127.0.0.1:8080", "Origin: " + origin);
    assertThat(own.denies(asked).isEmpty()).isEqualTo(ours);
    assertThat(any.denies(asked).isEmpty()).isEqualTo(ofThisMachine);
  }

  @Test
  void ofSeveralHeadersNoneIsBelieved() {
    assertThat(own.denies(headers("Host: 127.0.0.1:1", "Host: evil.example")))
        .contains(Denial.HOST);
    assertThat(own.denies(headers())).contains(Denial.HOST);
    assertThat(
            any.denies(
                headers(
                    "Host: 127.0.0.1:1", "Origin: http://127.0.0.1:1", "Origin: http://evil.de")))
        .contains(Denial.ORIGIN);
    assertThat(
            own.deniesWithoutToken(
                headers(
                    "Host: 127.0.0.1:1",
                    "Authorization: Bearer x",
                    "Authorization: Bearer secret")))
        .contains(Denial.TOKEN);
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer secret, true",
    "bearer  secret, true",
    "Bearer secret2, false",
    "Bearer Secret, false",
    "Bearer, false",
    "Basic secret, false",
    "secret, false"
  })
  void theTokenIsTheOneOfNow(String given, boolean accepted) {
    Headers asked = headers("Host: 127.0.0.1:8080", "Authorization: " + given);
    assertThat(own.deniesWithoutToken(asked).isEmpty()).as(given).isEqualTo(accepted);
    assertThat(any.deniesWithoutToken(asked).isEmpty()).as(given).isEqualTo(accepted);
    assertThat(own.denies(asked)).as("a page without anything to tell").isEmpty();
  }
}

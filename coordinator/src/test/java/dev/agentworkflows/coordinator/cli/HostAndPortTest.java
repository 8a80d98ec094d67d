package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostAndPortTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:7443, 127.0.0.1, 7443, 127.0.0.1:7443",
    "host.test:0, host.test, 0, host.test:0",
    "host.test:65535, host.test, 65535, host.test:65535",
    "[::1]:7443, ::1, 7443, [::1]:7443",
    "::1:7443, ::1, 7443, [::1]:7443",
  })
  void anAddressIsReadAndWritten(String text, String host, int port, String written) {
    assertThat(HostAndPort.of(text)).contains(new HostAndPort(host, port));
    assertThat(HostAndPort.of(text).orElseThrow()).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", "host", "host:", ":1", "[]:1", "[::1:1", "host:65536", "host:-1"})
  void whatIsNoAddressIsNone(String text) {
    assertThat(HostAndPort.of(text)).isEmpty();
  }

  @Test
  void digitsOfOtherScriptsAreNoPort() {
    assertThat(HostAndPort.of("host:\u0661\u0662")).isEmpty();
  }
}

package dev.agentworkflows.coordinator.testing;

import java.util.stream.Stream;

/** Names from outside that would lead somewhere if they were taken for paths. */
public final class HostileNames {

  private HostileNames() {}

  /** None of them starts with a sign that a command line knows, as options do. */
  public static Stream<String> all() {
    return Stream.of(
        "",
        " ",
        ".",
        "..",
        "/",
        "//",
        "../../secret.txt",
        "../../../../../../../../etc/passwd",
        "/etc/passwd",
        "~/secret.txt",
        "file:///etc/passwd",
        "..\\..\\secret.txt",
        "C:\\secret.txt",
        "%2e%2e%2f%2e%2e%2fsecret.txt",
        "..%c0%af..%c0%afsecret.txt",
        "．．／．．／secret.txt",
        "run_1/../../secret.txt",
        "run_1\0",
        "\0../../secret.txt",
        "run_1\n",
        "run_1/",
        "./run_1",
        "run_1\u202e",
        "run_1\u0301",
        "\ud83d\ude00".repeat(2_000),
        "a".repeat(100_000),
        "../".repeat(20_000) + "etc/passwd",
        "*",
        "$(touch secret.txt)",
        "' OR '1'='1",
        "latest/..");
  }
}

package dev.agentworkflows.testkit;

import dev.agentworkflows.spi.AdapterContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An {@link AdapterContext} that holds what a test puts into it. Immutable.
 *
 * @param settings what a user configured
 * @param secrets values by name
 * @param environment for processes; it must hold no secret, as the coordinator's doesn't
 */
public record TestContext(
    Map<String, String> settings, Map<String, String> secrets, Map<String, String> environment)
    implements AdapterContext {

  public TestContext {
    settings = Map.copyOf(settings);
    secrets = Map.copyOf(secrets);
    environment = Map.copyOf(environment);
  }

  /** No settings, no secrets, and of this process's environment the PATH alone. */
  public static TestContext empty() {
    return new TestContext(
        Map.of(), Map.of(), Map.of("PATH", System.getenv().getOrDefault("PATH", "")));
  }

  public TestContext withSettings(Map<String, String> added) {
    return new TestContext(sum(settings, added), secrets, environment);
  }

  public TestContext withSecret(String name, String value) {
    return new TestContext(settings, sum(secrets, Map.of(name, value)), environment);
  }

  public TestContext withEnvironment(Map<String, String> added) {
    return new TestContext(settings, secrets, sum(environment, added));
  }

  @Override
  public Optional<String> secret(String name) {
    return Optional.ofNullable(secrets.get(name));
  }

  /** As the coordinator does with whole values. */
  @Override
  public String redact(String text) {
    String redacted = text;
    for (Map.Entry<String, String> secret : secrets.entrySet()) {
      redacted = redacted.replace(secret.getValue(), "[redacted:" + secret.getKey() + "]");
    }
    return redacted;
  }

  /** Values are left out: this ends up in the messages of failed tests. */
  @Override
  public String toString() {
    return "TestContext[settings=" + settings.keySet() + ", secrets=" + secrets.keySet() + "]";
  }

  private static Map<String, String> sum(Map<String, String> all, Map<String, String> added) {
    Map<String, String> sum = new HashMap<>(all);
    sum.putAll(added);
    return sum;
  }
}

package dev.agentworkflows.testkit;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * What stands for the provider in an adapter's test: a server on loopback, or a small program in
 * place of an agent's. Made anew for each test.
 */
public interface Backend extends AutoCloseable {

  /** How each answer begins. */
  String ANSWER = "you said: ";

  /** The settings that lead the adapter here: {@code base_url}, {@code program}. */
  Map<String, String> settings();

  void behave(Behaviour behaviour);

  /**
   * Returns when a request has arrived, also if it did before.
   *
   * @throws TimeoutException when none has after this time
   */
  void awaitRequest(Duration atMost) throws InterruptedException, TimeoutException;

  @Override
  void close() throws Exception;
}

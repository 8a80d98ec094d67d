package dev.agentworkflows.coordinator.http;

import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Bounds of the JDK's HTTP server: on connections, on the time that a request may take to arrive,
 * on its headers, on threads. It reads them once for the whole process, from properties.
 */
public final class LocalHttp {

  static final int MAX_CONNECTIONS = 200;

  /** From the first byte of a request to its last; as long may a connection say nothing at all. */
  private static final int REQUEST_SECONDS = 8;

  /** A connection may wait so long for its next request. */
  private static final int IDLE_SECONDS = 30;

  private static final Map<String, String> BOUNDS =
      Map.of(
          "jdk.httpserver.maxConnections", String.valueOf(MAX_CONNECTIONS),
          "sun.net.httpserver.maxIdleConnections", String.valueOf(MAX_CONNECTIONS / 2),
          "sun.net.httpserver.maxReqTime", String.valueOf(REQUEST_SECONDS),
          "sun.net.httpserver.idleInterval", String.valueOf(IDLE_SECONDS),
          // How often connections are looked at, in milliseconds.
          "sun.net.httpserver.clockTick", "1000",
          "sun.net.httpserver.maxReqHeaders", "100",
          "sun.net.httpserver.maxReqHeaderSize", String.valueOf(64 * 1024),
          // An answer must not wait for the client's acknowledgement of the one before.
          "sun.net.httpserver.nodelay", "true");

  private LocalHttp() {}

  /** Sets the bounds; to be done before the first class of the server is loaded. */
  public static void setBounds() {
    BOUNDS.forEach((name, value) -> {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value);
      }
    });
  }

  /** Threads for its requests: one for each connection that may be open, and no more. */
  public static ThreadPoolExecutor threads(String name) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            MAX_CONNECTIONS,
            MAX_CONNECTIONS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}

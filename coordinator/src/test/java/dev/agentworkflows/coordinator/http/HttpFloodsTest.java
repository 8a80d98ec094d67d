package dev.agentworkflows.coordinator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class HttpFloodsTest {

  private static final int LIMIT = 8;

  private final Logger logger = Logger.getLogger(HttpFloods.class.getName());
  private final List<String> logged = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          logged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private ServerSocket server;
  private HttpFloods floods;

  @BeforeEach
  void listen() throws IOException {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    floods = HttpFloods.watch(server.getLocalPort(), LIMIT, TimeUnit.HOURS.toMillis(1));
  }

  @AfterEach
  void stop() throws IOException {
    floods.close();
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  private void connect(int number) throws IOException {
    for (int i = 0; i < number; i++) {
      sockets.add(new Socket(server.getInetAddress(), server.getLocalPort()));
    }
  }

  @Test
  void aFloodIsLoggedOnce() throws IOException {
    connect(LIMIT);
    floods.check();
    floods.check();

    assertThat(logged).hasSize(1);
    assertThat(logged.get(0))
        .contains("port " + server.getLocalPort() + ": " + LIMIT + " are open");
  }

  @Test
  void fewConnectionsAreNotMentioned() throws IOException {
    connect(LIMIT - 1);
    floods.check();

    assertThat(logged).isEmpty();
  }
}

package dev.agentworkflows.it.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries bytes between a shim and a coordinator, and stops doing so when a test says: by breaking
 * connections, or by letting bytes vanish as a network does that is down.
 */
final class Wire implements AutoCloseable {

  private final ServerSocket listening;
  private final InetSocketAddress target;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile boolean down;
  private volatile int connections;
  private final AtomicLong carried = new AtomicLong();

  private Wire(ServerSocket listening, InetSocketAddress target) {
    this.listening = listening;
    this.target = target;
  }

  static Wire to(int port) throws IOException {
    Wire wire =
        new Wire(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    start(wire::accept);
    return wire;
  }

  String address() {
    return "localhost:" + listening.getLocalPort();
  }

  int connections() {
    return connections;
  }

  /** In bytes, either way. */
  long carried() {
    return carried.get();
  }

  /** Nothing gets through, and nobody is told: what is under way stops where it is. */
  void goDown() {
    down = true;
  }

  /** Bytes get through again, also those that were held up. */
  void comeUp() {
    down = false;
  }

  /** Breaks all connections; new ones can be made. */
  void breakConnections() throws IOException {
    for (Socket socket = sockets.poll(); socket != null; socket = sockets.poll()) {
      try {
        socket.setSoLinger(true, 0);
      } catch (SocketException e) {
        continue; // closed already
      }
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listening.accept();
        connections++;
        Socket far = new Socket();
        far.connect(target);
        sockets.add(near);
        sockets.add(far);
        start(() -> pump(near, far));
        start(() -> pump(far, near));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] bytes = new byte[16 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        while (down) {
          LockSupport.parkNanos(10_000_000);
        }
        out.write(bytes, 0, read);
        carried.addAndGet(read);
      }
    } catch (IOException e) {
      // The other end is closed as well.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    down = false;
    listening.close();
    breakConnections();
  }
}

package dev.agentworkflows.coordinator.cli;

/** The jar's entry. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    // Before any class of the shaded netty is loaded: newer JDKs warn about its use of Unsafe.
    System.setProperty("io.grpc.netty.shaded.io.netty.noUnsafe", "true");
    // Warnings are lines for people, too.
    System.setProperty("java.util.logging.SimpleFormatter.format", "owf: %5$s%n");
    Screen screen = Screen.ofProcess();
    int code = new CommandTable(screen, Environment.ofProcess()).run(args);
    screen.flush();
    System.exit(code);
  }
}

package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;

/** The jar's entry. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    // Before any class of the shaded netty is loaded: newer JDKs warn about its use of Unsafe.
    System.setProperty("io.grpc.netty.shaded.io.netty.noUnsafe", "true");
    // Warnings are lines for people, too.
    System.setProperty("java.util.logging.SimpleFormatter.format", "owf: %5$s%n");
    Environment environment = Environment.ofProcess();
    Screen screen = Screen.ofProcess(() -> Providers.usualRedactor(environment.variables()));
    // For loggers, and for threads that end with an error.
    System.setErr(screen.err());
    int code = new CommandTable(screen, environment).run(args);
    screen.flush();
    System.exit(code);
  }
}

package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.StartTrace;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import java.util.Locale;

/** The jar's entry. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(Environment.ofProcess(), CommandLineBytes.restored(args)));
  }

  /** Carries out a command line on this process's streams, and gives its exit code. */
  static int run(Environment environment, String... args) {
    StartTrace.begin(environment.variables());
    // Before any class of the shaded netty is loaded: newer JDKs warn about its use of Unsafe.
    System.setProperty("io.grpc.netty.shaded.io.netty.noUnsafe", "true");
    // Its events for the flight recorder take a tenth of a second of a start, recorded or not.
    System.setProperty("io.grpc.netty.shaded.io.netty.jfr.enabled", "false");
    // No option is a date or a time, whose classes picocli would load for each command.
    System.setProperty("picocli.converters.excludes", "java.time.*,java.sql.*");
    // Figures are read by programs, too, and a coordinator in the background serves every locale.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    // Warnings are lines for people, too.
    System.setProperty("java.util.logging.SimpleFormatter.format", "owf: %5$s%n");
    Console screen = Console.ofProcess(() -> Providers.usualRedactor(environment.variables()));
    // For loggers, and for threads that end with an error.
    System.setErr(screen.err());
    int exitCode = new CommandTable(screen, environment).run(args);
    StartTrace.reached("the command is done");
    StartTrace.end(screen.err());
    return screen.finish(exitCode);
  }
}

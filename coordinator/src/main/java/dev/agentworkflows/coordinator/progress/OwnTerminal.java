package dev.agentworkflows.coordinator.progress;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The terminal of this process: its launcher knows it, or the system where it can tell. */
public final class OwnTerminal implements Terminal {

  @Override
  public boolean isOutput() {
    return Boolean.getBoolean("owf.stdout.terminal") || isTerminal(1);
  }

  @Override
  public boolean isErrors() {
    return Boolean.getBoolean("owf.terminal") || isTerminal(2);
  }

  /** Linux names what is behind a descriptor; other systems' users have the launcher. */
  private static boolean isTerminal(int descriptor) {
    try {
      String behind = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return behind.startsWith("/dev/pts/") || behind.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public TerminalSize size(Map<String, String> environment) {
    return SttySize.watch(environment);
  }

  @Override
  public Optional<TypedLines> typed() {
    Console console = System.console();
    return console == null || !isTerminal(console) ? Optional.empty() : Optional.of(new Input());
  }

  /** From JDK 22 on there is a console off a terminal as well, which says so itself. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean)
          MethodHandles.publicLookup()
              .findVirtual(Console.class, "isTerminal", MethodType.methodType(boolean.class))
              .invoke(console);
    } catch (Throwable beforeJava22) {
      return true;
    }
  }

  /** Not the console's reader, which does not know whether a line was typed. */
  private static final class Input implements TypedLines {
    private final BufferedReader typed =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));

    @Override
    public boolean isReady() throws IOException {
      return typed.ready();
    }

    @Override
    public @Nullable String read() throws IOException {
      return typed.readLine();
    }
  }
}

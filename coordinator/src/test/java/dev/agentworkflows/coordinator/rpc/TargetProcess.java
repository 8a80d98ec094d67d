package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A coordinator in a process of its own, with little memory and few descriptors. Linux alone. */
final class TargetProcess implements AutoCloseable {

  private static final String MAIN = "dev.agentworkflows.coordinator.cli.HostileTarget";
  private static final Pattern NOT_THE_JDKS =
      Pattern.compile("agentworkflows|networknt|jackson|grpc\\.(internal|stub)|sqlite");
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

  private final Process process;
  private final Path errors;
  private final int port;

  private TargetProcess(Process process, Path errors, int port) {
    this.process = process;
    this.errors = errors;
    this.port = port;
  }

  static TargetProcess start(Path directory, String operator) throws IOException {
    Path errors = directory.resolve("target.log");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 1024 && exec \"$@\"",
                "sh",
                java.toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN,
                directory.resolve("home").toString(),
                operator)
            .redirectError(errors.toFile());
    builder.environment().put("HOME", directory.toString());
    Process process = builder.start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new IllegalStateException("the coordinator did not start: " + Files.readString(errors));
    }
    return new TargetProcess(process, errors, Integer.parseInt(line.strip()));
  }

  int port() {
    return port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it said on its standard error, for whoever looks for the reason of a failure. */
  String said() throws IOException {
    List<String> lines = Files.readAllLines(errors);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }

  long lines(String part) throws IOException {
    return Files.readAllLines(errors).stream().filter(line -> line.contains(part)).count();
  }

  /** Bytes that are in use after a collection. */
  long memory() throws IOException, InterruptedException {
    String text = histogram();
    Matcher total = TOTAL.matcher(text);
    assertThat(total.find()).as(text).isTrue();
    return Long.parseLong(total.group(1));
  }

  /** What takes most of the memory, for whoever looks for the reason of a failure. */
  String largest() throws IOException, InterruptedException {
    List<String> lines = histogram().lines().toList();
    return Stream.concat(
            lines.stream().limit(12),
            lines.stream().skip(12).filter(line -> NOT_THE_JDKS.matcher(line).find()).limit(60))
        .collect(Collectors.joining("\n"));
  }

  private String histogram() throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process histogram =
        new ProcessBuilder(jcmd.toString(), String.valueOf(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    histogram.waitFor();
    return text;
  }

  long threads() throws IOException {
    return count("task");
  }

  long descriptors() throws IOException {
    return count("fd");
  }

  private long count(String what) throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc", "" + process.pid(), what))) {
      return entries.count();
    }
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

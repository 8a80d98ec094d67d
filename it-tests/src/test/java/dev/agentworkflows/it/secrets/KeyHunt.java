package dev.agentworkflows.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * The product with keys in its environment, and the search for them in all that it wrote.
 *
 * <p>Searched: every byte below the homes, the user's home, the cache, the temporary directory; and
 * what each process said. Left out, because it is the user's and not the product's: the directory
 * of scripts (the file that they read the key from, the user's repository) and agents' worktrees.
 */
final class KeyHunt {

  /** Every kind of letter that JSON, URLs and base64 write in another way. */
  static final PlantedKey OPENAI =
      new PlantedKey("OPENAI_API_KEY", "sk-\"pl/an+ted\\%key=&7f3%41'<>end");

  static final PlantedKey ANTHROPIC =
      new PlantedKey("ANTHROPIC_API_KEY", "sk-ant-4f9c1a77d2e85b03aa61");
  static final PlantedKey GEMINI = new PlantedKey("GEMINI_API_KEY", "AIza/7+8=Qq\\uu0041x\"");

  /** Named by the user's providers file alone. */
  static final PlantedKey GROQ = new PlantedKey("MY_GROQ_VARIABLE", "gsk_0451/odd+one==%2F");

  static final List<PlantedKey> KEYS = List.of(OPENAI, ANTHROPIC, GEMINI, GROQ);

  private final Owf owf;
  private final Path temporary;
  private final Path recordings;
  private final Path wrapper;
  private final Queue<Finished> heard = new ConcurrentLinkedQueue<>();

  KeyHunt(Owf owf, String providerUrl) throws IOException {
    this.owf = owf;
    temporary = Files.createDirectories(owf.userHome().resolve("tmp"));
    recordings = Files.createDirectories(owf.userHome().resolve("recorded"));
    wrapper = recordingPython();
    Owf.write(
        owf.userHome().resolve(".workflows/providers.json"),
        """
        {"providers": {
          "openai": {"base_url": "%1$s/v1", "default_model": "m"},
          "anthropic": {"base_url": "%1$s", "default_model": "m"},
          "gemini": {"base_url": "%1$s", "default_model": "m"},
          "groq": {"kind": "openai", "base_url": "%1$s/v1", "default_model": "m", "api_key_env": "%2$s"}}}
        """
            .formatted(providerUrl, GROQ.variable()));
  }

  /** Answers questions to an interpreter as one; starts scripts behind the recorder. */
  private Path recordingPython() throws IOException {
    Path recorder = owf.directory().resolve("recording_python.py");
    try (InputStream source = KeyHunt.class.getResourceAsStream("/recording_python.py")) {
      Files.write(recorder, Objects.requireNonNull(source, "recording_python.py").readAllBytes());
    }
    return executable(
        owf.directory().resolve("recording/python3"),
        """
        #!/bin/sh
        if [ "$1" = -I ]; then
          shift
          exec '%1$s' -I -c "import sys; sys.executable = '$0'; exec(sys.argv[1])" "$2"
        fi
        exec '%1$s' '%2$s' '%1$s' '%3$s/to-shim.'$$ '%4$s/from-shim.'$$ "$@"
        """
            .formatted(Owf.python(), recorder, recordings, owf.directory()));
  }

  static Path executable(Path file, String text) throws IOException {
    Owf.write(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Where the traffic to scripts is written down, for {@code --python}. */
  String recorder() {
    return wrapper.toString();
  }

  /** What scripts told the coordinator: theirs, and not searched. */
  List<byte[]> recordedFromScripts() throws IOException {
    return recorded(owf.directory(), "from-shim.");
  }

  List<byte[]> recordedToScripts() throws IOException {
    return recorded(recordings, "to-shim.");
  }

  private static List<byte[]> recorded(Path directory, String prefix) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.getFileName().toString().startsWith(prefix))
          .map(KeyHunt::read)
          .toList();
    }
  }

  /** Writes the key where scripts read it, and gives the file. */
  Path keyFile(PlantedKey key) {
    return Owf.write(owf.directory().resolve("key-" + key.variable()), key.value());
  }

  /** A command line of the real jar with all keys set, and the provider {@code shell} beside it. */
  Owf.Invocation command(String... arguments) {
    Path tests;
    try {
      tests = Path.of(KeyHunt.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("owf.jar") + File.pathSeparator + tests,
                "dev.agentworkflows.coordinator.cli.Main"));
    command.addAll(List.of(arguments));
    Owf.Invocation invocation = owf.program(command).with("TMPDIR", temporary.toString());
    KEYS.forEach(key -> invocation.with(key.variable(), key.value()));
    return invocation;
  }

  /** Runs a command to its end, however it ends, and keeps what it said. */
  Finished run(String... arguments) {
    return run(command(arguments));
  }

  Finished run(Owf.Invocation invocation) {
    return keep(invocation.run());
  }

  /** What it said is searched as well. */
  Finished keep(Finished finished) {
    heard.add(finished);
    return finished;
  }

  /** Two at a time: each waits for its virtual machine most of the time. */
  void runAll(List<String[]> commands) {
    commands.parallelStream().forEach(this::run);
  }

  /** Nothing that the product wrote or said holds a key, in no disguise. */
  void findNothing() throws IOException {
    List<String> found = new ArrayList<>();
    for (Finished finished : heard) {
      String who = finished.command().subList(6, finished.command().size()).toString();
      check("standard output of " + who, finished.out(), found);
      check("standard error of " + who, finished.stderr().getBytes(StandardCharsets.UTF_8), found);
    }
    for (Path directory : List.of(owf.home(), owf.userHome(), owf.cache())) {
      if (Files.exists(directory)) {
        try (Stream<Path> all = Files.walk(directory)) {
          all.filter(Files::isRegularFile)
              .filter(file -> !isAgentsOwn(file))
              .forEach(file -> check(file.toString(), read(file), found));
        }
      }
    }
    assertThat(found).as("places where a key was found").isEmpty();
  }

  private boolean isAgentsOwn(Path file) {
    return file.startsWith(owf.home())
        && owf.home().relativize(file).toString().matches("runs/[^/]+/worktrees/.*");
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(String place, byte[] bytes, List<String> found) {
    for (PlantedKey key : KEYS) {
      List<String> ways = key.foundIn(bytes);
      if (!ways.isEmpty()) {
        found.add(place + ": " + key.variable() + " " + ways);
      }
    }
  }

  /** A text as Python writes it. */
  static String python(Object text) {
    return Json.write(text.toString());
  }
}

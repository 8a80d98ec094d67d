package dev.agentworkflows.coordinator.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.OwnThread;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.RuntimeDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class UpServerTest {

  private static final Duration LONG = Duration.ofHours(1);

  /** A socket's path is short: the one of the build's own temporary directory may not be. */
  @TempDir private Path directory;

  private Map<String, String> environment;
  private RuntimeDirectory where;
  private Predicate<CallersCommand> taken = command -> true;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch allBegun = new CountDownLatch(64);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private @Nullable UpServer server;

  /** Says where it is and what it was asked, and waits when it is asked to. */
  private final class Echo implements CallersCommands {
    @Override
    public boolean takes(CallersCommand command) {
      return taken.test(command);
    }

    @Override
    public int carryOut(CallersCommand command, Caller caller) {
      try {
        if (command.arguments().contains("wait")) {
          begun.countDown();
          allBegun.countDown();
          mayEnd.await();
        }
        String said =
            command.directory()
                + " "
                + command.arguments()
                + " "
                + command.variables().getOrDefault("KEY", "")
                + " "
                + command.terminal().output();
        caller.output().write(said.getBytes(StandardCharsets.UTF_8));
        caller.errors().write('!');
        return 3;
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @BeforeEach
  void aRuntimeDirectory() throws IOException {
    Path jar = Files.writeString(directory.resolve("some.jar"), "jar");
    environment = Map.of("XDG_RUNTIME_DIR", directory.toString());
    where = RuntimeDirectory.of(environment, jar);
  }

  @AfterEach
  void end() {
    mayEnd.countDown();
    if (server != null) {
      server.close();
    }
  }

  private UpServer listening(Duration idle) {
    UpServer listening = UpServer.listen(where, new Echo(), idle).orElseThrow();
    server = listening;
    return listening;
  }

  private SocketChannel connected() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(where.socket()));
  }

  private static byte[] rest(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer some = ByteBuffer.allocate(1000);
    while (channel.read(some.clear()) >= 0) {
      all.write(some.array(), 0, some.position());
    }
    return all.toByteArray();
  }

  private byte[] asked(String... words) throws IOException {
    try (SocketChannel channel = connected()) {
      SocketMessages.writeRequest(channel, words);
      return rest(channel);
    }
  }

  private static byte[] pieces(String... kindsAndTexts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String one : kindsAndTexts) {
      byte[] text = one.substring(1).getBytes(StandardCharsets.UTF_8);
      all.write(one.charAt(0));
      all.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
      all.writeBytes(text);
    }
    return all.toByteArray();
  }

  private static CompletableFuture<Void> served(UpServer server) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            server.serve();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        OwnThread.named("serve"));
  }

  @Test
  void aCommandComesWithWhatIsAroundIt() throws IOException {
    listening(LONG);

    byte[] answer =
        asked("command", "/some/where", "011:80x24", "2", "say", "KEY=argument", "KEY=a=b");

    assertThat(answer)
        .isEqualTo(pieces("t", "o/some/where [say, KEY=argument] a=b true", "e!", "x3"));
    assertThat(UpClient.facts(where).orElseThrow().commands()).isEqualTo(1);
  }

  @Test
  void whatIsNotTakenIsLeftToTheCaller() throws IOException {
    taken = command -> command.arguments().contains("this");
    listening(LONG);

    assertThat(asked("command", "/", "000:0x0", "1", "that")).isEqualTo(pieces("p"));
    assertThat(asked("command", "/", "000:0x0", "1", "this")).endsWith('3');
    assertThat(UpClient.facts(where).orElseThrow().commands()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "command",
        "command\0/\0001",
        "command\0/\0001\0002\0one",
        "command\0/\0001\000-1",
        "command\0relative\0001\0000",
        "something",
        ""
      })
  void aRequestThatIsNoneDoesNothing(String words) throws IOException {
    taken =
        command -> {
          throw new AssertionError("asked about " + command);
        };
    listening(LONG);

    assertThat(asked(words.split("\0", -1))).isEqualTo(pieces("p"));
    assertThat(UpClient.facts(where)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MAX_VALUE})
  void aLengthThatIsNoneIsNotWaitedFor(int length) throws IOException {
    listening(LONG);

    try (SocketChannel channel = connected()) {
      channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
      assertThat(rest(channel)).isEqualTo(pieces("p"));
    }
  }

  @Test
  void bytesThatAreNoTextAreLeftToTheCaller() throws IOException {
    listening(LONG);
    byte[] words = "command\0/\0001\0001\0x\0".getBytes(StandardCharsets.ISO_8859_1);
    words[words.length - 2] = (byte) 0xff;

    try (SocketChannel channel = connected()) {
      channel.write(
          ByteBuffer.allocate(Integer.BYTES + words.length).putInt(words.length).put(words).flip());
      assertThat(rest(channel)).isEqualTo(pieces("p"));
    }
  }

  @Test
  void thereIsOneAtMost() {
    listening(LONG);

    assertThat(UpServer.listen(where, new Echo(), LONG)).isEmpty();
    assertThat(UpClient.facts(where).orElseThrow().pid()).isEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void aSocketThatAKilledOneLeftIsReplaced() throws IOException {
    where.make();
    Files.createFile(where.socket());
    assertThat(UpClient.facts(where)).isEmpty();

    listening(LONG);

    assertThat(UpClient.facts(where)).isPresent();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(where.socket())))
        .isEqualTo("rw-------");
  }

  @Test
  void aJarThatWasBuiltAgainHasACoordinatorOfItsOwn() throws IOException {
    listening(LONG);

    Path jar = Files.writeString(directory.resolve("some.jar"), "another jar");

    assertThat(UpClient.facts(RuntimeDirectory.of(environment, jar))).isEmpty();
  }

  @Test
  void itEndsWhenNobodyHasAskedForAWhileButNotInACommand() throws Exception {
    UpServer idling = listening(Duration.ofMillis(300));
    CompletableFuture<Void> ended = served(idling);
    SocketChannel channel = connected();
    SocketMessages.writeRequest(channel, "command", "/", "000:0x0", "1", "wait");
    begun.await();

    assertThat(ended).as("in a command").isNotCompleted();
    assertThat(ended.orTimeout(600, TimeUnit.MILLISECONDS).handle((done, e) -> e != null).get())
        .as("longer than it may be idle")
        .isTrue();
    CompletableFuture<Void> again = served(idling);
    mayEnd.countDown();

    assertThat(rest(channel)).endsWith('3');
    again.get(20, TimeUnit.SECONDS);
    channel.close();
  }

  @Test
  void aFullOneLeavesCommandsToTheirCallersAndCanBeEnded() throws Exception {
    UpServer full = listening(LONG);
    CompletableFuture<Void> ended = served(full).whenComplete((done, e) -> full.close());
    List<SocketChannel> callers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      SocketChannel caller = connected();
      SocketMessages.writeRequest(caller, "command", "/", "000:0x0", "1", "wait");
      callers.add(caller);
    }
    allBegun.await();

    assertThat(asked("command", "/", "000:0x0", "1", "say")).isEqualTo(pieces("p"));
    assertThat(UpClient.facts(where)).isPresent();
    CompletableFuture<Optional<Integer>> stopped =
        CompletableFuture.supplyAsync(() -> UpClient.stop(where));
    mayEnd.countDown();
    assertThat(stopped.get(20, TimeUnit.SECONDS)).contains(0);
    ended.get(20, TimeUnit.SECONDS);
    for (SocketChannel caller : callers) {
      assertThat(rest(caller)).endsWith('3');
      caller.close();
    }
  }

  @Test
  void itEndsWhenItsJarWasBuiltAgain() throws Exception {
    UpServer listening = listening(Duration.ZERO);
    SocketChannel caller = connected();
    CompletableFuture<Void> ended = served(listening);
    Files.writeString(directory.resolve("some.jar"), "another jar");

    // It looks once a minute, and after each caller.
    caller.close();

    ended.get(20, TimeUnit.SECONDS);
  }

  @Test
  void oneWhoseDirectoryWasRemovedEndsAndLeavesTheNextOneAlone() throws Exception {
    UpServer lost = listening(Duration.ZERO);
    CompletableFuture<Void> ended = served(lost).whenComplete((done, e) -> lost.close());
    SocketChannel caller = connected();
    Files.delete(where.socket());
    Files.delete(where.socket().resolveSibling(where.socket().getFileName() + ".lock"));
    Files.delete(where.socket().getParent());
    try (UpServer next = UpServer.listen(where, new Echo(), LONG).orElseThrow()) {
      caller.close();
      ended.get(20, TimeUnit.SECONDS);

      assertThat(UpClient.facts(where)).as(next.toString()).isPresent();
    }
  }

  @Test
  void stoppingWaitsForCommandsAndTakesNoMore() throws Exception {
    UpServer stopping = listening(Duration.ZERO);
    CompletableFuture<Void> ended = served(stopping).whenComplete((done, e) -> stopping.close());
    SocketChannel channel = connected();
    SocketMessages.writeRequest(channel, "command", "/", "000:0x0", "1", "wait");
    begun.await();

    CompletableFuture<Optional<Integer>> stopped =
        CompletableFuture.supplyAsync(() -> UpClient.stop(where), OwnThread.named("stop"));
    SocketChannel late = connected();
    while (UpClient.facts(where).isPresent()) {
      Thread.onSpinWait();
    }
    assertThat(stopped).isNotCompleted();
    mayEnd.countDown();

    assertThat(rest(channel)).endsWith('3');
    assertThat(stopped.get(20, TimeUnit.SECONDS)).contains(0);
    ended.get(20, TimeUnit.SECONDS);
    assertThat(where.socket()).doesNotExist();
    assertThat(UpClient.stop(where)).as("again").isEmpty();
    late.close();
    channel.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-x---", "rwx--x--x", "rwx---rwx"})
  void aDirectoryThatOthersCanEnterIsNotUsed(String permissions) throws IOException {
    listening(LONG);
    Files.setPosixFilePermissions(
        where.socket().getParent(), PosixFilePermissions.fromString(permissions));

    assertThatThrownBy(() -> UpClient.facts(where))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is open to others, and is not used");
    assertThatThrownBy(() -> UpServer.listen(where, new Echo(), LONG))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void aLinkInTheDirectorysPlaceIsNotFollowed() throws IOException {
    where.make();
    Path real = Files.createDirectory(directory.resolve("real"));
    Files.delete(where.socket().getParent());
    Files.createSymbolicLink(where.socket().getParent(), real);

    assertThatThrownBy(() -> UpServer.listen(where, new Echo(), LONG))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is no directory of yours");
  }
}

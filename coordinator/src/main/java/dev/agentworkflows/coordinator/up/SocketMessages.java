package dev.agentworkflows.coordinator.up;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said on the socket; {@code _up.py} says the same. A request is its length in four bytes,
 * and then words, each with a NUL behind it, which none can hold: what is wanted and, for a
 * command, its directory, its terminal, the number of its arguments, these, and the environment as
 * {@code NAME=value}. An answer is pieces: a letter, a length in four bytes, and so many bytes. A
 * command that has a program started in the caller's process is told in pieces of its output and
 * its end, of signals, and of what is typed.
 */
final class SocketMessages {

  static final String COMMAND = "command";
  static final String STATUS = "status";
  static final String STOP = "stop";

  /** The first piece of a command that is carried out: it may take its time from now on. */
  static final char TAKEN = 't';

  static final char OUT = 'o';
  static final char ERR = 'e';

  /**
   * To the caller: start a program. Words: how its three streams are (a letter each: i is the
   * caller's own, p is told of in pieces, n is nothing, and o for standard error is with standard
   * output), the number of its arguments, these, and its environment.
   */
  static final char START = 'r';

  /** From the caller: its process id. */
  static final char STARTED = 'p';

  /** From the caller: why it could not be started. */
  static final char NOT_STARTED = 'f';

  /** From the caller: its exit code, as a shell has it. */
  static final char ENDED = 'd';

  /** From the caller: a signal came that ends a process. */
  static final char SIGNAL = 'g';

  /** To the caller: tell what was typed, if anything was. */
  static final char ASK = 'q';

  /** From the caller: what was typed; nothing at the end. */
  static final char TYPED = 'i';

  /** From the caller: how large its terminal is now, {@code COLUMNSxROWS}. */
  static final char SIZE = 'w';

  /** The last piece: the exit code, as a number in ASCII. */
  static final char EXIT = 'x';

  /** The only piece: nothing was done, and the command is to be carried out by itself. */
  static final char NOT_HERE = 'p';

  /** The only piece: what a coordinator says of itself, as lines {@code name=value}. */
  static final char FACTS = 's';

  /** More than any system lets a process have of arguments and environment. */
  private static final int MAX_REQUEST = 8 * 1024 * 1024;

  private static final int MAX_PIECE = 64 * 1024;
  private static final int PIECE_HEADER = 5;

  private SocketMessages() {}

  /**
   * A request's words.
   *
   * @return null when it is none, or one that holds bytes that are no UTF-8
   */
  static @Nullable List<String> readRequest(ByteChannel from) throws IOException {
    int length = read(from, Integer.BYTES).getInt();
    if (length < 1 || length > MAX_REQUEST) {
      return null;
    }
    ByteBuffer bytes = read(from, length);
    if (bytes.get(length - 1) != 0) {
      return null;
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return List.of(text.substring(0, text.length() - 1).split("\0", -1));
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The command that a request's words tell of; null when they tell of none. */
  static @Nullable CallersCommand command(List<String> words) {
    if (words.size() < 4 || !words.get(0).equals(COMMAND) || !words.get(3).matches("\\d{1,6}")) {
      return null;
    }
    TerminalFacts terminal = TerminalFacts.parse(words.get(2));
    int arguments = Integer.parseInt(words.get(3));
    Path directory = Path.of(words.get(1));
    if (words.size() < 4 + arguments || !directory.isAbsolute() || terminal == null) {
      return null;
    }
    Map<String, String> variables = new HashMap<>();
    for (String entry : words.subList(4 + arguments, words.size())) {
      // As the JVM reads its own environment: a name has at least one character.
      int equals = entry.indexOf('=', 1);
      if (equals > 0) {
        variables.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return new CallersCommand(
        directory, terminal, new ArrayList<>(words.subList(4, 4 + arguments)), variables);
  }

  /** Each with a NUL behind it. */
  static byte[] words(List<String> words) {
    return (String.join("\0", words) + "\0").getBytes(StandardCharsets.UTF_8);
  }

  static void writeRequest(ByteChannel to, String... words) throws IOException {
    byte[] bytes = words(List.of(words));
    ByteBuffer request = ByteBuffer.allocate(Integer.BYTES + bytes.length);
    write(to, request.putInt(bytes.length).put(bytes).flip());
  }

  static void writePiece(ByteChannel to, char kind, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writePiece(to, kind, bytes, 0, bytes.length);
  }

  static void writePiece(ByteChannel to, char kind, byte[] bytes, int offset, int length)
      throws IOException {
    int written = 0;
    do {
      int size = Math.min(MAX_PIECE, length - written);
      write(to, piece(kind, bytes, offset + written, size));
      written += size;
    } while (written < length);
  }

  /** In one piece, however long. */
  static void writeWhole(ByteChannel to, char kind, byte[] bytes) throws IOException {
    write(to, piece(kind, bytes, 0, bytes.length));
  }

  private static ByteBuffer piece(char kind, byte[] bytes, int offset, int size) {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_HEADER + size);
    return piece.put((byte) kind).putInt(size).put(bytes, offset, size).flip();
  }

  /** A piece that a caller sends of itself. */
  record Message(char kind, byte[] bytes) {}

  /** Waits for a caller's next one. */
  static Message readMessage(ByteChannel from) throws IOException {
    ByteBuffer header = read(from, PIECE_HEADER);
    char kind = (char) header.get();
    int length = header.getInt();
    if (length < 0 || length > MAX_PIECE) {
      throw new IOException("a message of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    read(from, length).get(bytes);
    return new Message(kind, bytes);
  }

  /** The text of an answer that is one piece of this kind. */
  static String readPiece(ByteChannel from, char kind) throws IOException {
    ByteBuffer header = read(from, PIECE_HEADER);
    byte found = header.get();
    int length = header.getInt();
    if (found != kind || length < 0 || length > MAX_PIECE) {
      throw new IOException("an answer of another kind: " + (char) found);
    }
    return StandardCharsets.UTF_8.decode(read(from, length)).toString();
  }

  /** Takes memory for what has arrived: whoever announces much may send nothing. */
  private static ByteBuffer read(ByteChannel from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.min(length, MAX_PIECE));
    while (bytes.position() < length) {
      if (bytes.position() == bytes.capacity()) {
        bytes = ByteBuffer.allocate(Math.min(length, 2 * bytes.capacity())).put(bytes.flip());
      }
      // The JDK reads into memory of its own, as much as is asked for, and keeps that.
      bytes.limit(Math.min(bytes.capacity(), bytes.position() + MAX_PIECE));
      if (from.read(bytes) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  private static void write(ByteChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }
}

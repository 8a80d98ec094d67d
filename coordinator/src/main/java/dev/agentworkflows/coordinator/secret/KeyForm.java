package dev.agentworkflows.coordinator.secret;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One of the texts that a key is written as.
 *
 * @param name the key's
 * @param minPart so many characters of it are not to be shown; fewer may be
 */
record KeyForm(String name, char[] chars, int minPart) {

  /** Escapes of so many kinds inside each other are undone. */
  static final int MAX_DECODINGS = 3;

  private static final int MIN_SHORTENED_PART = 8;

  /** What a program, quoted-printable or source code puts between bytes as hexadecimal numbers. */
  private static final List<String> BETWEEN_HEX = List.of("", ":", " ", "-", "=", ", 0x", "}u{");

  private static final List<String> BETWEEN_DECIMALS = List.of(", ", ",", " ");

  /**
   * All forms of a key: itself, base64 at any offset, its bytes as numbers, two bytes a character.
   */
  static List<KeyForm> of(String name, String value) {
    List<KeyForm> forms = new ArrayList<>();
    Set<String> plain = new LinkedHashSet<>(List.of(value));
    // A key may have in it what looks like an escape, and is undone with those of the text.
    DecodedText decoded = new DecodedText(value, 0, value.length());
    for (int i = 0; i < MAX_DECODINGS && decoded != null; i++) {
      decoded = next(decoded, plain);
    }
    for (String form : plain) {
      // Where escapes of the key's own are undone, fewer characters stand for as many of it.
      int min = form.length() < value.length() ? MIN_SHORTENED_PART : KeyIndex.MIN_PART;
      forms.add(new KeyForm(name, form.toCharArray(), Math.min(form.length(), min)));
    }
    for (String form : base64(value)) {
      int min = Math.min(form.length(), KeyIndex.MIN_PART);
      forms.add(new KeyForm(name, form.toCharArray(), min));
    }
    for (String between : BETWEEN_HEX) {
      forms.add(numbers(name, value, b -> HexFormat.of().toHexDigits(b.byteValue()), between));
    }
    for (String between : BETWEEN_DECIMALS) {
      forms.add(numbers(name, value, b -> Integer.toString(b & 0xff), between));
    }
    // Their backslashes are undone like those of other escapes.
    forms.add(
        numbers(name, value, b -> Integer.toOctalString((b & 0xff) | 0x200).substring(1), ""));
    forms.add(separated(name, value.chars().mapToObj(Character::toString).toList(), "\0"));
    return forms;
  }

  private static KeyForm numbers(
      String name, String value, Function<Byte, String> written, String between) {
    List<String> numbers = new ArrayList<>();
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      numbers.add(written.apply(b));
    }
    return separated(name, numbers, between);
  }

  private static @Nullable DecodedText next(DecodedText text, Set<String> forms) {
    DecodedText decoded = text.decoded();
    if (decoded != null) {
      forms.add(decoded.toString());
    }
    return decoded;
  }

  /** Inside a longer text, a value is encoded in one of three ways; its edges mix with others. */
  private static Set<String> base64(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    Set<String> forms = new LinkedHashSet<>();
    for (int offset = 0; offset < 3; offset++) {
      byte[] shifted = new byte[offset + bytes.length];
      System.arraycopy(bytes, 0, shifted, offset, bytes.length);
      for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
        String whole = encoder.withoutPadding().encodeToString(shifted);
        int first = (offset * 8 + 5) / 6;
        int last = (shifted.length * 8) / 6;
        forms.add(whole.substring(first, last));
      }
    }
    return forms;
  }

  private static KeyForm separated(String name, List<String> units, String between) {
    String form = String.join(between, units);
    int shortest = units.stream().mapToInt(String::length).min().orElse(1);
    int min = KeyIndex.MIN_PART * (shortest + between.length()) - between.length();
    return new KeyForm(name, form.toCharArray(), Math.min(form.length(), min));
  }
}

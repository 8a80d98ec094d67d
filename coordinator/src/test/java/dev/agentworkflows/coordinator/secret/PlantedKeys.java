package dev.agentworkflows.coordinator.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.testkit.Generated;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.StringNode;

/** Random keys, the ways in which programs write them, and the search for what is left of them. */
public final class PlantedKeys {

  /** No more than one character less of a key may be seen anywhere. */
  public static final int MAX_SEEN = 12;

  private static final List<String> ALPHABETS =
      List.of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
          "0123456789abcdef",
          "abcdefghijklmnopqrstuvwxyz",
          "abcdefghijklmnopqrstuvwxyz0123456789+/=.:~!$%&'*,;@^`|#?<>\"\\",
          "0123456789");

  private static final List<String> PREFIXES =
      List.of("", "", "sk-", "sk-ant-api03-", "AIza", "gsk_");

  private PlantedKeys() {}

  /** The seed of a generator: printed. */
  public static long seed(String generator) {
    long seed = Generated.seed();
    System.out.println(generator + ": seed " + seed);
    return seed;
  }

  /** A key of this many characters. */
  public static String key(Random random, int length) {
    String alphabet = ALPHABETS.get(random.nextInt(ALPHABETS.size()));
    StringBuilder key = new StringBuilder(PREFIXES.get(random.nextInt(PREFIXES.size())));
    while (key.length() < length) {
      key.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return key.substring(0, length);
  }

  /**
   * A key as a program wrote it.
   *
   * @param units what each of the key's characters became, or of base64 each character
   * @param tooMany so many units in a row are more of the key than may be seen
   */
  public record Planted(String key, String text, List<String> units, int tooMany) {

    /** The parts of the key, as it is or as it was written, that an output shows. */
    public List<String> seenIn(String output) {
      String joined = output.replaceAll("([\r\n]|\\\\[rn])+[ \t]*", "");
      List<String> seen = new ArrayList<>();
      for (String shown : List.of(output, joined)) {
        seen.addAll(parts(key.chars().mapToObj(Character::toString).toList(), MAX_SEEN, shown));
        seen.addAll(parts(units, tooMany, shown));
      }
      return seen;
    }
  }

  /** How a program may write a key. */
  public enum Disguise {
    PLAIN {
      @Override
      public Planted of(String key, Random random) {
        return each(key, c -> c);
      }
    },
    JSON {
      @Override
      public Planted of(String key, Random random) {
        return each(key, PlantedKeys::json);
      }
    },
    JSON_IN_JSON {
      @Override
      public Planted of(String key, Random random) {
        return each(key, c -> json(json(c)));
      }
    },
    JSON_NUMBERS {
      @Override
      public Planted of(String key, Random random) {
        return numbers(key, random.nextBoolean() ? "\\u%04x" : "\\u%04X");
      }
    },
    URL {
      @Override
      public Planted of(String key, Random random) {
        return each(key, c -> URLEncoder.encode(c, UTF_8));
      }
    },
    URL_TWICE {
      @Override
      public Planted of(String key, Random random) {
        return each(key, c -> URLEncoder.encode(URLEncoder.encode(c, UTF_8), UTF_8));
      }
    },
    PERCENT {
      @Override
      public Planted of(String key, Random random) {
        return numbers(key, random.nextBoolean() ? "%%%02x" : "%%%02X");
      }
    },
    HTML {
      @Override
      public Planted of(String key, Random random) {
        return each(key, PlantedKeys::html);
      }
    },
    HTML_NUMBERS {
      @Override
      public Planted of(String key, Random random) {
        return numbers(key, random.nextBoolean() ? "&#x%x;" : "&#%d;");
      }
    },
    HTML_IN_JSON {
      @Override
      public Planted of(String key, Random random) {
        return each(key, c -> json(html(c)).replace("&", "\\u0026"));
      }
    },
    BASE64 {
      @Override
      public Planted of(String key, Random random) {
        return base64(key, Base64.getEncoder().encodeToString(shifted(key, random)));
      }
    },
    BASE64_URL {
      @Override
      public Planted of(String key, Random random) {
        return base64(
            key, Base64.getUrlEncoder().withoutPadding().encodeToString(shifted(key, random)));
      }
    },
    BASE64_LINES {
      @Override
      public Planted of(String key, Random random) {
        return base64(key, base64Lines(key, random));
      }
    },
    BASE64_LINES_IN_JSON {
      @Override
      public Planted of(String key, Random random) {
        String lines = base64Lines(key, random);
        Planted plain = base64(key, lines);
        return new Planted(key, json(lines), plain.units(), plain.tooMany());
      }
    },
    LINES {
      @Override
      public Planted of(String key, Random random) {
        String lines = key.replaceAll("(.{" + (3 + random.nextInt(40)) + "})", "$1\n");
        return new Planted(key, lines, each(key, c -> c).units(), MAX_SEEN);
      }
    },
    HEX {
      @Override
      public Planted of(String key, Random random) {
        String between = List.of("", ":", " ", "-").get(random.nextInt(4));
        Planted hex = numbers(key, (random.nextBoolean() ? "%02x" : "%02X") + between);
        int length = hex.text().length() - between.length();
        return new Planted(key, hex.text().substring(0, length), hex.units(), MAX_SEEN);
      }
    },
    QUOTED_PRINTABLE {
      @Override
      public Planted of(String key, Random random) {
        return numbers(key, random.nextBoolean() ? "=%02x" : "=%02X");
      }
    },
    OCTAL {
      @Override
      public Planted of(String key, Random random) {
        return numbers(key, "\\%03o");
      }
    },
    DECIMALS {
      @Override
      public Planted of(String key, Random random) {
        return numbers(key, "%d" + List.of(", ", ",", " ").get(random.nextInt(3)));
      }
    },
    UTF_16 {
      @Override
      public Planted of(String key, Random random) {
        return each(key, c -> c + "\0");
      }
    };

    /** The key, written like this. */
    public abstract Planted of(String key, Random random);
  }

  private static Planted each(String key, UnaryOperator<String> written) {
    List<String> units = key.chars().mapToObj(c -> written.apply(Character.toString(c))).toList();
    return new Planted(key, String.join("", units), units, MAX_SEEN);
  }

  private static Planted numbers(String key, String format) {
    return each(key, c -> format.formatted((int) c.charAt(0)));
  }

  /** Seventeen characters of base64 have at least twelve bytes in full. */
  private static Planted base64(String key, String text) {
    String whole = text.replaceAll("[\r\n =]", "");
    int before = whole.length() * 6 / 8 - key.length();
    String joined = whole.substring((before * 8 + 5) / 6);
    return new Planted(key, text, joined.chars().mapToObj(Character::toString).toList(), 17);
  }

  private static String base64Lines(String key, Random random) {
    String end = random.nextBoolean() ? "\r\n" : "\n" + " ".repeat(random.nextInt(9));
    byte[] bytes = shifted(key, random);
    String whole = Base64.getEncoder().encodeToString(bytes);
    return whole.replaceAll("(.{" + (random.nextBoolean() ? 64 : 76) + "})", "$1" + end);
  }

  private static byte[] shifted(String key, Random random) {
    return ("user:".substring(0, random.nextInt(6)) + key).getBytes(UTF_8);
  }

  private static String json(String text) {
    String json = Json.write(StringNode.valueOf(text));
    return json.substring(1, json.length() - 1);
  }

  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** Words that no key has in it, of so many characters. */
  public static String words(Random random, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(
          List.of("the ", "wrong ", "key, ", "of ", "you. ", "(try) ").get(random.nextInt(6)));
    }
    return text.substring(0, length);
  }

  private static List<String> parts(List<String> units, int length, String output) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i + length <= units.size(); i++) {
      String part = String.join("", units.subList(i, i + length));
      // A row of dashes or zeros is no secret.
      if (units.subList(i, i + length).stream().distinct().count() > 2 && output.contains(part)) {
        parts.add(part);
      }
    }
    return parts;
  }
}

package dev.agentworkflows.it.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A key that is looked for. Knows nothing of how the product looks: it makes disguises by writing
 * the key as others would, and sees through them by reading texts back as others would.
 */
record PlantedKey(String variable, String value) {

  private static final Pattern JSON_ESCAPE = Pattern.compile("\\\\(u[0-9a-fA-F]{4}|[\"\\\\/])");
  private static final Pattern PERCENT = Pattern.compile("%[0-9a-fA-F]{2}");

  /** How somebody who repeats the key may write it, by what it is called. */
  Map<String, String> disguises() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("plain", value);
    texts.put("json", escaped(value));
    texts.put("json in json", escaped(escaped(value)));
    texts.put("slashes escaped", escaped(value).replace("/", "\\/"));
    texts.put("unicode escapes", each("\\u%04x"));
    texts.put("unicode escapes in capitals", each("\\u%04X"));
    texts.put("escaped unicode escapes", each("\\\\u%04x"));
    texts.put(
        "split by an escape",
        value.substring(0, 5) + "\\u%04x".formatted((int) value.charAt(5)) + value.substring(6));
    String form = URLEncoder.encode(value, UTF_8);
    texts.put("url", form);
    texts.put("url in small letters", lowerEscapes(form));
    texts.put("url twice", URLEncoder.encode(form, UTF_8));
    texts.put("url of every letter", each("%%%02x") + each("%%%02X"));
    for (int offset = 0; offset < 3; offset++) {
      byte[] longer = ("<<<".substring(0, offset) + value + "tail").getBytes(UTF_8);
      texts.put("base64 at " + offset, Base64.getEncoder().encodeToString(longer));
      texts.put("base64 for urls at " + offset, Base64.getUrlEncoder().encodeToString(longer));
    }
    String basic = Base64.getEncoder().encodeToString((value + ":").getBytes(UTF_8));
    texts.put("base64 in json", basic.replace("/", "\\/"));
    texts.put("base64 in a url", URLEncoder.encode(basic, UTF_8));
    return texts;
  }

  /** All disguises in one text. */
  String everyWay() {
    StringBuilder text = new StringBuilder();
    disguises()
        .forEach((name, disguise) -> text.append(name).append(" <").append(disguise).append("> "));
    return text.toString();
  }

  /** The names of the disguises in which the bytes hold the key. */
  List<String> foundIn(byte[] bytes) {
    List<String> found = new ArrayList<>();
    String text = new String(bytes, ISO_8859_1);
    check("plain", text, found);
    String json = text;
    for (int level = 1; level <= 3 && json.indexOf('\\') >= 0; level++) {
      json = unescaped(json);
      check("json, level " + level, json, found);
      check("url in json, level " + level, unpercented(json), found);
    }
    String url = text;
    for (int level = 1; level <= 2 && url.indexOf('%') >= 0; level++) {
      url = unpercented(url);
      check("url, level " + level, url, found);
      check("json in url, level " + level, unescaped(url), found);
    }
    return found;
  }

  /** The parts of the key, of so many characters, that a text holds in any disguise. */
  List<String> partsIn(String text, int length) {
    List<String> forms = new ArrayList<>(List.of(value));
    for (int offset = 0; offset < 3; offset++) {
      byte[] shifted = ("<<<".substring(0, offset) + value).getBytes(UTF_8);
      String whole = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      forms.add(whole.substring((offset * 8 + 5) / 6));
    }
    List<String> texts = new ArrayList<>(List.of(text));
    texts.add(unescaped(text));
    texts.add(unescaped(texts.get(1)));
    texts.add(unpercented(text));
    texts.add(unpercented(texts.get(3)));
    List<String> found = new ArrayList<>();
    for (String form : forms) {
      int window = form.equals(value) ? length : (length + 1) * 4 / 3;
      for (int i = 0; i + window <= form.length(); i++) {
        String part = form.substring(i, i + window);
        if (texts.stream().anyMatch(one -> one.contains(part))) {
          found.add(part);
        }
      }
    }
    return found;
  }

  private void check(String how, String text, List<String> found) {
    if (text.contains(value)) {
      found.add(how);
    }
    byte[] key = value.getBytes(UTF_8);
    for (int offset = 0; offset < 3; offset++) {
      byte[] shifted = new byte[offset + key.length];
      System.arraycopy(key, 0, shifted, offset, key.length);
      // The letters that hold bits of the key alone.
      int first = (offset * 8 + 5) / 6;
      int last = shifted.length * 8 / 6;
      String standard = Base64.getEncoder().encodeToString(shifted).substring(first, last);
      if (text.contains(standard) || text.contains(standard.replace('+', '-').replace('/', '_'))) {
        found.add(how + ", base64 at " + offset);
      }
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static String unescaped(String text) {
    return JSON_ESCAPE
        .matcher(text)
        .replaceAll(match -> {
          String escape = match.group(1);
          String letter =
              escape.length() == 1
                  ? escape
                  : String.valueOf((char) Integer.parseInt(escape.substring(1), 16));
          return java.util.regex.Matcher.quoteReplacement(letter);
        });
  }

  private static String unpercented(String text) {
    return PERCENT
        .matcher(text)
        .replaceAll(match ->
            java.util.regex.Matcher.quoteReplacement(
                String.valueOf((char) Integer.parseInt(match.group().substring(1), 16))));
  }

  private static String lowerEscapes(String form) {
    return PERCENT
        .matcher(form)
        .replaceAll(match -> match.group().toLowerCase(java.util.Locale.ROOT));
  }

  private String each(String format) {
    StringBuilder text = new StringBuilder();
    value.chars().forEach(c -> text.append(format.formatted(c)));
    return text.toString();
  }
}

package dev.agentworkflows.coordinator.adapter;

/**
 * A pattern of names: {@code *} stands for any text, {@code ?} for one character. Takes time in
 * proportion to pattern and text, whatever they are.
 */
record Glob(String pattern) {

  boolean matches(String text) {
    int at = 0;
    int star = -1;
    int retry = 0;
    int i = 0;
    while (i < text.length()) {
      char wanted = at < pattern.length() ? pattern.charAt(at) : '\0';
      if (at < pattern.length() && wanted == '*') {
        star = at++;
        retry = i;
      } else if (at < pattern.length() && (wanted == '?' || wanted == text.charAt(i))) {
        at++;
        i++;
      } else if (star >= 0) {
        // The last star takes one character more: earlier ones need not be tried again.
        at = star + 1;
        i = ++retry;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }
}

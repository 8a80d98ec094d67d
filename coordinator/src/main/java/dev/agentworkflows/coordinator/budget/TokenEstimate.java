package dev.agentworkflows.coordinator.budget;

/**
 * How many tokens a text takes, rather more than less: tokenizers of large models make one of three
 * to five letters of English, of two digits or signs, of one character of Chinese.
 */
public final class TokenEstimate {

  /** In tenths of a token. */
  private static final int LETTER = 3;

  private static final int DIGIT_OR_SIGN = 6;
  private static final int BEYOND_ASCII = 12;

  private TokenEstimate() {}

  /** At least 1 for a text that is not empty. */
  public static long of(CharSequence text) {
    long tenths = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 127) {
        tenths += BEYOND_ASCII;
      } else {
        tenths += c == ' ' || (c | 32) >= 'a' && (c | 32) <= 'z' ? LETTER : DIGIT_OR_SIGN;
      }
    }
    return (tenths + 9) / 10;
  }
}

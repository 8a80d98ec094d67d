package dev.agentworkflows.spi;

/**
 * Whether a text says nothing: it has no character that can be seen. Besides spaces of all
 * alphabets these are control characters and marks without a width, which models send instead of an
 * answer, too.
 *
 * @since level 3
 */
public final class BlankText {

  /** Letters and signs by their class, and yet drawn as nothing. */
  private static final String UNSEEN = "\u115f\u1160\u2800\u3164\uffa0";

  private BlankText() {}

  /** Whether there is nothing in it to be seen. */
  public static boolean is(String text) {
    return text.codePoints().allMatch(BlankText::isUnseen);
  }

  private static boolean isUnseen(int character) {
    if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
      return true;
    }
    int type = Character.getType(character);
    return type == Character.CONTROL || type == Character.FORMAT || UNSEEN.indexOf(character) >= 0;
  }
}

package dev.agentworkflows.coordinator.schema;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import com.networknt.schema.regex.RegularExpressions;
import java.util.regex.Pattern;

/**
 * The patterns of schemas, as the library reads them, and bounded: some texts take a pattern more
 * time than anybody has. What one check of an answer reads of its texts, again and again, is
 * counted for all of its patterns together.
 */
final class BoundedPatterns implements RegularExpressionFactory {

  /** A second or two. */
  private static final long MAX_READ = 200_000_000;

  private final ThreadLocal<long[]> read = ThreadLocal.withInitial(() -> new long[1]);

  /** A pattern would have read more of a text than may be. */
  static final class TooMuchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuchException() {
      super("the patterns take too long", null, false, false);
    }
  }

  /** The current thread begins another check. */
  void begin() {
    read.get()[0] = 0;
  }

  @Override
  public RegularExpression getRegularExpression(String regex) {
    Pattern pattern =
        Pattern.compile(
            RegularExpressions.replaceLongformCharacterProperties(
                RegularExpressions.replaceDollarAnchors(regex)));
    return text -> pattern.matcher(new Counted(text, read.get())).find();
  }

  private static final class Counted implements CharSequence {
    private final String text;
    private final long[] read;

    Counted(String text, long[] read) {
      this.text = text;
      this.read = read;
    }

    @Override
    public char charAt(int index) {
      if (++read[0] > MAX_READ) {
        throw new TooMuchException();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.text.Suggestion;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in plain words. */
final class UsageProblem {

  /** How the library begins what a converter of ours says. */
  private static final Pattern CONVERTED =
      Pattern.compile("^Invalid value for option '([^']+)'[^:]*: it is ");

  private UsageProblem() {}

  /** Has numbers refused in words of ours, where the library would use Java's. */
  static CommandLine withPlainNumbers(CommandLine line) {
    return line.registerConverter(int.class, whole(Integer::valueOf))
        .registerConverter(Integer.class, whole(Integer::valueOf))
        .registerConverter(long.class, whole(Long::valueOf))
        .registerConverter(Long.class, whole(Long::valueOf))
        .registerConverter(Double.class, converter("a number", UsageProblem::finite))
        .registerConverter(BigDecimal.class, converter("a number", BigDecimal::new));
  }

  private static <T> ITypeConverter<T> whole(Function<String, T> read) {
    return converter("a whole number", read);
  }

  private static Double finite(String text) {
    Double value = Double.valueOf(text);
    if (!Double.isFinite(value)) {
      throw new NumberFormatException("not finite");
    }
    return value;
  }

  private static <T> ITypeConverter<T> converter(String expected, Function<String, T> read) {
    return text -> {
      try {
        return read.apply(text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException(
            "it is '" + text + "', where " + expected + " was expected");
      }
    };
  }

  /** One line, without an end of a sentence. */
  static String of(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched);
    }
    String message = String.valueOf(e.getMessage());
    return CONVERTED.matcher(message).replaceFirst("$1 is ");
  }

  private static String unmatched(UnmatchedArgumentException e) {
    List<String> options = new ArrayList<>();
    e.getCommandLine()
        .getCommandSpec()
        .options()
        .forEach(option -> options.addAll(List.of(option.names())));
    // Behind an option that is not known, it is not known either what is its value.
    String first = e.getUnmatched().get(0);
    if (!first.startsWith("-")) {
      return "'" + first + "' is one argument too many";
    }
    String name = first.contains("=") ? first.substring(0, first.indexOf('=')) : first;
    return "unknown option '"
        + name
        + "'"
        + Suggestion.closest(name, options)
            .map(known -> ": did you mean " + known + "?")
            .orElse("");
  }
}

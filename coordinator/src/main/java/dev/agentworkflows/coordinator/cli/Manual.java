package dev.agentworkflows.coordinator.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a command's manual page says beyond its summary and its options. Read when the page is asked
 * for, by {@code --help} or by the command reference, and not otherwise.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Manual {

  /** Paragraphs. */
  String[] description();

  /**
   * Command lines as a shell takes them, each beginning with {@code owf}; a line that begins with
   * {@code #} says what the next one does. A test parses each.
   */
  String[] examples();

  /** As {@code "1 The run failed."}: those besides 0 and 2, which every command has. */
  String[] exitCodes() default {};

  /** Other commands, and pages of the documentation from the top of the repository. */
  String[] seeAlso() default {};
}

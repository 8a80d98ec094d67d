package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.approval.OpenQuestion;
import dev.agentworkflows.coordinator.progress.TypedLines;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.ApprovalRecord;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a script's questions to the person at the terminal, one after the other; each may also be
 * answered from elsewhere. Thread-safe.
 */
final class TerminalQuestions {

  private static final String BY = "terminal";

  /**
   * Who types faster than this after a question took another's place meant the other: somebody else
   * answered that one just then.
   */
  private static final Duration READING_TIME = Duration.ofMillis(300);

  /** How long after a line was typed it is read at the latest. */
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final TypedLines typed;
  private final Consumer<String> prompt;
  private final Deque<OpenQuestion> open = new ArrayDeque<>();
  private @Nullable Thread listener;
  private boolean nobodyThere;
  private @Nullable Long replacedAt;

  /**
   * @param typed what a person types; read only while a question is open, so that what is typed for
   *     the shell meanwhile stays there
   * @param prompt shows a text after which a person types
   */
  TerminalQuestions(TypedLines typed, Consumer<String> prompt) {
    this.typed = typed;
    this.prompt = prompt;
  }

  synchronized void ask(OpenQuestion question) {
    if (nobodyThere) {
      return;
    }
    open.add(question);
    if (open.size() == 1) {
      show(question);
    }
    if (listener == null) {
      listener = new Thread(this::listen, "terminal-answers");
      listener.setDaemon(true);
      listener.start();
    }
    var unused = question.answer().whenComplete((answered, failure) -> over(question, answered));
  }

  private void show(OpenQuestion question) {
    ApprovalRecord asked = question.asked();
    Boolean usual = question.defaultAnswer();
    prompt.accept(
        "%s%s [%s] "
            .formatted(
                asked.label() == null ? "" : VisibleText.line(asked.label()) + ": ",
                VisibleText.uncut(asked.question()),
                usual == null ? "y/n" : usual ? "Y/n" : "y/N"));
  }

  /** It has an answer, or never gets one. */
  private synchronized void over(OpenQuestion question, @Nullable ApprovalRecord answered) {
    boolean wasShown = question == open.peek();
    open.remove(question);
    replacedAt = null;
    if (wasShown && (answered == null || !BY.equals(answered.answeredBy()))) {
      prompt.accept("\n"); // Nobody has typed the end of its line.
      replacedAt = System.nanoTime();
    }
    OpenQuestion next = open.peek();
    if (wasShown && next != null) {
      show(next);
    }
  }

  /**
   * Looks instead of waiting in a read: nothing ends a read, and it would take the next line even
   * after the last question is over.
   */
  private void listen() {
    try {
      while (isAsking()) {
        if (typed.isReady()) {
          String line = typed.read();
          if (line == null) {
            throw new EOFException();
          }
          take(line.strip().toLowerCase(Locale.ROOT));
        } else {
          Thread.sleep(POLL_INTERVAL.toMillis());
        }
      }
    } catch (IOException | InterruptedException e) {
      synchronized (this) {
        nobodyThere = true;
        open.clear();
      }
    }
  }

  private synchronized boolean isAsking() {
    if (open.isEmpty()) {
      listener = null;
    }
    return listener != null;
  }

  private synchronized void take(String line) {
    OpenQuestion question = open.peek();
    if (question == null) {
      return;
    }
    Boolean answer = answer(line, question.defaultAnswer());
    if (answer == null || isMeantForAnother()) {
      prompt.accept("Please type y or n.\n");
      show(question);
    } else {
      question.answer(answer, BY);
    }
  }

  private boolean isMeantForAnother() {
    return replacedAt != null && System.nanoTime() - replacedAt < READING_TIME.toNanos();
  }

  private static @Nullable Boolean answer(String line, @Nullable Boolean usual) {
    return switch (line) {
      case "y", "yes" -> Boolean.TRUE;
      case "n", "no" -> Boolean.FALSE;
      case "" -> usual;
      default -> null;
    };
  }
}

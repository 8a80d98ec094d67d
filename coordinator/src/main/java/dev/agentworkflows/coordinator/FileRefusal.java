package dev.agentworkflows.coordinator;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that can't be read or written, or that holds something else than was expected. */
public sealed interface FileRefusal extends Refusal {

  /**
   * @param what the file, or what is in it, as it follows "cannot read"
   * @param reason null where the system said none
   */
  record Unreadable(String what, @Nullable String reason) implements FileRefusal {
    public Unreadable(Path file, @Nullable String reason) {
      this(file.toString(), reason);
    }

    @Override
    public String text() {
      return Reasons.after("cannot read " + what, reason);
    }
  }

  record Unwritable(Path file, String reason) implements FileRefusal {
    @Override
    public String text() {
      return "cannot write " + file + ": " + reason;
    }
  }

  record NotRemovable(Path directory, String reason) implements FileRefusal {
    @Override
    public String text() {
      return "cannot remove " + directory + ": " + reason;
    }
  }

  record Missing(Path file) implements FileRefusal {
    @Override
    public String text() {
      return "there is no file " + file;
    }
  }

  /** A variable of the environment names a file that is not there. */
  record NamedMissing(String variable, Path file) implements FileRefusal {
    @Override
    public String text() {
      return variable + " names " + file + ", and there is no such file";
    }
  }

  /** Something else is where this program writes a file of its own. */
  record NotRegular(Path file) implements FileRefusal {
    @Override
    public String text() {
      return file + " is no regular file.\nLook at it, and move it away";
    }
  }

  /**
   * Its content is not of the form that its readers expect.
   *
   * @param file where the text is from
   * @param problem follows the file's name, as in "is not JSON: …"
   */
  record Malformed(String file, String problem) implements FileRefusal {
    @Override
    public String text() {
      return file + " " + problem;
    }
  }

  /**
   * One of its entries makes no sense.
   *
   * @param place of the entry, as in {@code routes[2]}
   * @param problem follows the place
   */
  record BadEntry(String file, String place, String problem) implements FileRefusal {
    @Override
    public String text() {
      return file + ": " + place + " " + problem;
    }
  }
}

package dev.agentworkflows.coordinator;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a file is not submitted as a batch, or nothing is brought of one. */
public sealed interface BatchRefusal extends Refusal {

  // ------------------------------------------------------------ the file

  record IsDirectory(Path file) implements BatchRefusal {
    @Override
    public String text() {
      return file + " is a directory, where a file of JSON Lines was expected";
    }
  }

  record TooLarge(Path file) implements BatchRefusal {
    @Override
    public String text() {
      return file + " is larger than any provider takes in one batch. Split it up";
    }
  }

  /** A pipe or a device that may have no end. */
  record PipeTooLarge(Path file, int mebibytes) implements BatchRefusal {
    @Override
    public String text() {
      return file
          + " is no regular file and has more than "
          + mebibytes
          + " MiB. Write it to a file";
    }
  }

  record Empty(Path file) implements BatchRefusal {
    @Override
    public String text() {
      return file + " has no line with a prompt. Nothing was sent";
    }
  }

  /**
   * @param problems each with its line's number
   * @param more how many there are besides
   */
  record BadLines(Path file, List<String> problems, int more) implements BatchRefusal {
    @Override
    public String text() {
      return file
          + ", "
          + String.join("\n", problems)
          + (more > 0 ? "\nand %d more".formatted(more) : "")
          + "\nNothing was sent. A line is a JSON string, or an object with prompt and perhaps"
          + " custom_id, model, system, max_tokens";
    }
  }

  // ------------------------------------------------------------ records

  record UnknownBatch(String id) implements BatchRefusal {
    @Override
    public String text() {
      return "unknown batch '" + id + "'";
    }
  }

  record UnreadableRecord(Path file, String reason) implements BatchRefusal {
    @Override
    public String text() {
      return "cannot read the record " + file + ": " + reason;
    }
  }

  record DamagedRecord(Path file, String problem) implements BatchRefusal {
    @Override
    public String text() {
      return "the record " + file + " is damaged: " + problem + ".\nMove it away to go on";
    }
  }

  record NotRecorded(String reason) implements BatchRefusal {
    @Override
    public String text() {
      return "cannot keep the record of the batch: " + reason;
    }
  }

  // ------------------------------------------------------------ submissions

  /**
   * @param others the providers that take batches
   */
  record NoBatches(String provider, List<String> others) implements BatchRefusal {
    @Override
    public String text() {
      return "the provider '%s' takes no batches; those that do: %s"
          .formatted(provider, String.join(", ", others));
    }
  }

  /**
   * @param at when; null where that is not known
   * @param status as it is known here
   */
  record AlreadySubmitted(
      Path file, String provider, @Nullable Instant at, String batch, String status)
      implements BatchRefusal {
    @Override
    public String text() {
      return "%s was submitted to %s already,%s as %s (%s)"
          .formatted(file, provider, at == null ? "" : " " + at + ",", batch, status);
    }
  }

  /** A batch is to be taken for a file's, whose submission is not in doubt. */
  record NothingInDoubt(Path file) implements BatchRefusal {
    @Override
    public String text() {
      return "the submission of " + file + " came to a known end: no other batch is taken for it";
    }
  }

  record OfAnotherSubmission(String providerBatch) implements BatchRefusal {
    @Override
    public String text() {
      return "the batch '" + providerBatch + "' is that of another submission";
    }
  }

  record OfAnotherSize(String providerBatch, long requests, int lines) implements BatchRefusal {
    @Override
    public String text() {
      return "the batch '%s' has %d requests, and the file %d: it is another one"
          .formatted(providerBatch, requests, lines);
    }
  }

  /** The batch was made, and its record can't be written. */
  record MadeNotRecorded(String provider, String providerBatch, Path file, String reason)
      implements BatchRefusal {
    @Override
    public String text() {
      return "%s has the batch as %s, but that can't be recorded: %s"
          .formatted(provider, providerBatch, reason);
    }
  }

  /**
   * Nobody knows whether the provider made a batch of the file.
   *
   * @param why what is known of the submission, and of the search for it
   * @param candidate the provider's batch that could be it; null when there is none
   */
  record InDoubt(
      String provider, String batch, Instant at, String why, Path file, @Nullable String candidate)
      implements BatchRefusal {
    @Override
    public String text() {
      return "%s may or may not have the batch %s (%s): %s.\nNothing is sent again by itself"
          .formatted(provider, batch, at, why);
    }
  }

  /** The results of a batch are asked for of which nobody knows whether it was made. */
  record NotKnownToExist(String provider, String batch, Path file) implements BatchRefusal {
    @Override
    public String text() {
      return "nobody knows whether %s has the batch %s".formatted(provider, batch);
    }
  }
}

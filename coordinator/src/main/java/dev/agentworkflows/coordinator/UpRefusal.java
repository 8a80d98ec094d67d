package dev.agentworkflows.coordinator;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Why a user's own coordinator in the background can't be started, or is not used. */
public sealed interface UpRefusal extends Refusal {

  /**
   * @param reason null where the system said none
   */
  record CannotListen(Path socket, @Nullable String reason) implements UpRefusal {
    @Override
    public String text() {
      return Reasons.after("cannot listen on " + socket, reason);
    }
  }

  record NotAnswering(Path socket) implements UpRefusal {
    @Override
    public String text() {
      return "the coordinator that listens on " + socket + " does not answer";
    }
  }

  record PathTooLong(Path socket) implements UpRefusal {
    @Override
    public String text() {
      return "the path " + socket + " is too long for a socket";
    }
  }

  /**
   * @param reason null when it is not known
   */
  record CannotMake(Path directory, @Nullable String reason) implements UpRefusal {
    @Override
    public String text() {
      return Reasons.after("cannot make " + directory, reason);
    }
  }

  /** It is another user's, a link, or no directory. */
  record NotYours(Path directory) implements UpRefusal {
    @Override
    public String text() {
      return directory + " is no directory of yours, and is not used";
    }
  }

  record OpenToOthers(Path directory) implements UpRefusal {
    @Override
    public String text() {
      return directory + " is open to others, and is not used";
    }
  }
}

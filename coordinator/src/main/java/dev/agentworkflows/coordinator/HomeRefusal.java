package dev.agentworkflows.coordinator;

import java.nio.file.Path;

/** Why a home is not opened, not made or not written to. */
public sealed interface HomeRefusal extends Refusal {

  /**
   * There is none here.
   *
   * @param scriptsMayHaveRun false when this user is known to have run none on this machine
   */
  record NoHome(boolean scriptsMayHaveRun) implements HomeRefusal {
    @Override
    public String text() {
      return "no run is recorded here: there is no .workflows in this project"
          + (scriptsMayHaveRun ? "" : ", and no script was run yet");
    }
  }

  /** A home without a database. */
  record NoRuns(Path home) implements HomeRefusal {
    @Override
    public String text() {
      return "no run is recorded in " + home;
    }
  }

  /**
   * One that this user did not make on this machine, and has not accepted.
   *
   * @param reason by what that is seen
   */
  record NotTrusted(Path home, String reason) implements HomeRefusal {
    @Override
    public String text() {
      return "the home " + home + " is not opened: " + reason;
    }
  }

  record OfAnotherProgram(Path home, Path database) implements HomeRefusal {
    @Override
    public String text() {
      return "the home %s is not opened: %s is another program's, as the Python runtime's is"
          .formatted(home, database);
    }
  }

  /** A directory with other files, which others may look into. */
  record OpenToOthers(Path home) implements HomeRefusal {
    @Override
    public String text() {
      return "the home would be "
          + home
          + ", which holds other files and is open to others;"
          + " what is kept in a home is for its owner alone";
    }
  }

  /** A link or a file in a home's place. */
  record NoDirectory(Path home) implements HomeRefusal {
    @Override
    public String text() {
      return home + " is a link or a file, where a project's home was expected";
    }
  }

  /** What can't be written to it, or below it. */
  record NotWritable(Path directory, String reason) implements HomeRefusal {
    @Override
    public String text() {
      return "cannot write to the home %s: %s".formatted(directory, reason);
    }
  }

  record NoAdaptersDirectory(Path directory, boolean exists) implements HomeRefusal {
    @Override
    public String text() {
      return directory
          + (exists ? " is not a directory" : " does not exist")
          + ", where adapters were expected";
    }
  }

  /** Something in a home that this program does not make there. */
  record ForeignEntry(Path file, boolean directoryExpected) implements HomeRefusal {
    @Override
    public String text() {
      return file
          + " is no "
          + (directoryExpected ? "directory" : "regular file")
          + " but a link or something else that this program does not make."
          + "\nLook at it, and move it away";
    }
  }

  record OfAnotherUser(Path file) implements HomeRefusal {
    @Override
    public String text() {
      return file + " belongs to another user than its home does.\nLook at it, and move it away";
    }
  }

  /** What is in it is run, so that nobody else may write there. */
  record AdaptersOpenToOthers(Path directory) implements HomeRefusal {
    @Override
    public String text() {
      return "the adapters directory "
          + directory
          + " can be written to by others, and what is in it is run";
    }
  }
}

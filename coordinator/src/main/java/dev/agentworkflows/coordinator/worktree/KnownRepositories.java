package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this user's repositories held in configuration and hooks before an agent could write to
 * them. From the first call that may edit files on, whatever is new there may be an agent's: git is
 * not started with it until the user accepts it. Blocks. Thread-safe.
 */
final class KnownRepositories {

  private static final String VERSION = "owf-repository 1";
  private static final int MAX_BYTES = 8 << 20;
  private static final int MAX_NAMED = 5;

  private final StateFiles records;

  /** Where records can't be written, they hold for this process. */
  private final Map<Path, RepositorySettings> unwritten = new ConcurrentHashMap<>();

  private final Set<Path> begun = ConcurrentHashMap.newKeySet();

  KnownRepositories(Map<String, String> environment) {
    this.records = StateFiles.of(environment, "repositories");
  }

  /** Whether {@link #begin} was called for a workspace. */
  boolean hasBegun(Path workspace) {
    return begun.contains(workspace);
  }

  /** Before an agent that may edit files works in a workspace. */
  void begin(Git git, Path workspace) throws GitException, InterruptedException {
    Optional<Path> gitFile = gitFile(workspace);
    if (gitFile.isEmpty()) {
      // A repository that comes to be here may be the agent's.
      recordFirst(workspace.resolve(".git"), new RepositorySettings(Map.of()));
    } else if (!Files.isDirectory(gitFile.get()) || known(gitFile.get()).isEmpty()) {
      Checkout checkout = Checkout.around(git, workspace);
      if (known(checkout.commonDirectory()).isEmpty()) {
        recordFirst(checkout.commonDirectory(), RepositorySettings.of(git, checkout, "HEAD"));
      }
    }
    begun.add(workspace);
  }

  private static Optional<Path> gitFile(Path workspace) {
    for (Path place = workspace; place != null; place = place.getParent()) {
      Path gitFile = place.resolve(".git");
      if (Files.exists(gitFile, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(gitFile);
      }
    }
    return Optional.empty();
  }

  /**
   * Makes sure that git, started with all that a repository configures, runs nothing but what was
   * there before any agent was.
   *
   * @param base the commit that is checked out: hooks can be part of it
   * @throws GitException when there is something new: what, and how it is accepted
   */
  void check(Git git, Checkout checkout, String base) throws GitException, InterruptedException {
    RepositorySettings now = RepositorySettings.of(git, checkout, base);
    Optional<RepositorySettings> known = known(checkout.commonDirectory());
    if (known.isEmpty()) {
      if (records.exists(checkout.commonDirectory())) {
        throw new GitException(
            "the record of the configuration of "
                + checkout.commonDirectory()
                + " is not one that you wrote or can't be read. "
                + cure(checkout));
      }
      recordFirst(checkout.commonDirectory(), now);
      return;
    }
    List<String> unknown = now.missingIn(known.get());
    if (!unknown.isEmpty()) {
      throw new GitException(
          "since agents work there, the configuration or the hooks of "
              + checkout.commonDirectory()
              + " were changed, perhaps by one of them, and git would follow: "
              + String.join(", ", unknown.subList(0, Math.min(MAX_NAMED, unknown.size())))
              + (unknown.size() > MAX_NAMED
                  ? " and %d more".formatted(unknown.size() - MAX_NAMED)
                  : "")
              + ". "
              + cure(checkout));
    }
  }

  private static String cure(Checkout checkout) {
    return "Look at it; to accept it as it is now: owf trust --git " + checkout.top();
  }

  /** Takes what is there now for the user's. */
  void accept(Git git, Checkout checkout) throws GitException, InterruptedException {
    RepositorySettings now = RepositorySettings.of(git, checkout, "HEAD");
    Path common = checkout.commonDirectory();
    try {
      write(common, known(common).map(before -> before.and(now)).orElse(now));
    } catch (IOException e) {
      throw new GitException("that cannot be written down: " + FileErrors.reason(e), e);
    }
  }

  private void recordFirst(Path common, RepositorySettings settings) {
    if (known(common).isPresent() || records.exists(common)) {
      return;
    }
    unwritten.putIfAbsent(common, settings);
    try {
      write(common, settings);
    } catch (IOException e) {
      System.getLogger(KnownRepositories.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "how the configuration of "
                  + common
                  + " is before agents work there could not be written down ("
                  + FileErrors.reason(e)
                  + "): set XDG_STATE_HOME to a directory that can be written to");
    }
  }

  private void write(Path common, RepositorySettings settings) throws IOException {
    StringBuilder text = new StringBuilder(VERSION + "\n");
    settings
        .digests()
        .forEach((name, digest) -> text.append(digest).append(' ').append(name).append('\n'));
    records.write(common, text.toString());
    unwritten.remove(common);
  }

  private Optional<RepositorySettings> known(Path common) {
    Optional<RepositorySettings> written =
        records.read(common, MAX_BYTES).flatMap(KnownRepositories::parsed);
    return written.isPresent() ? written : Optional.ofNullable(unwritten.get(common));
  }

  private static Optional<RepositorySettings> parsed(String text) {
    if (!text.startsWith(VERSION + "\n") || !text.endsWith("\n")) {
      return Optional.empty();
    }
    Map<String, String> digests = new TreeMap<>();
    for (String line : text.substring(VERSION.length() + 1).split("\n")) {
      int space = line.indexOf(' ');
      if (space > 0) {
        digests.put(line.substring(space + 1), line.substring(0, space));
      }
    }
    return Optional.of(new RepositorySettings(digests));
  }
}

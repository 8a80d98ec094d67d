package dev.agentworkflows.coordinator.worktree;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The difference between a worktree's base and its files, committed or not, tracked or not.
 *
 * @param text in git's format, with binary files; empty when nothing differs
 * @param files every file that it touches, under old and new names
 * @param submodules those of them that are submodules: their commits are not in the text
 */
public record Patch(byte[] text, Set<String> files, List<String> submodules) {

  static Patch of(Git git, Worktree worktree) throws GitException, InterruptedException {
    try (ScratchIndex index = ScratchIndex.of(git, worktree)) {
      byte[] text =
          comparison(
                  index.command(),
                  worktree,
                  "--patch",
                  "--binary",
                  "--full-index",
                  "--no-color",
                  "--no-ext-diff",
                  "--no-textconv",
                  "-U3",
                  "--inter-hunk-context=0",
                  "--src-prefix=a/",
                  "--dst-prefix=b/")
              .orFail()
              .output();
      List<Difference> differences =
          Difference.parse(comparison(index.command(), worktree, "--raw", "-z").orFail().output());
      Set<String> files = new TreeSet<>();
      differences.forEach(difference -> {
        files.add(difference.oldName());
        files.add(difference.name());
      });
      return new Patch(
          text,
          files,
          differences.stream().filter(Difference::isSubmodule).map(Difference::name).toList());
    }
  }

  /** The base against what the command's index leads to. */
  static Git.Command comparison(Git.Command command, Worktree worktree, String... form) {
    return command
        .with("diff-index", "-M", "--ignore-submodules=none")
        .with(form)
        .with(worktree.base());
  }

  public boolean isEmpty() {
    return text.length == 0;
  }

  /** SHA-256 of the text, as hex. */
  public String digest() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

package dev.agentworkflows.coordinator.worktree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A user's repository with a checkout, and what a person or an agent does in it. */
public final class Repository {

  public final Path top;

  private Repository(Path top) {
    this.top = top;
  }

  /** One with a commit: a text, an executable script, a binary file. */
  public static Repository at(Path directory) throws IOException {
    Repository repository = empty(directory);
    Files.writeString(repository.top.resolve("a.txt"), "one\ntwo\nthree\nfour\nfive\n");
    Files.writeString(repository.top.resolve("b.txt"), "b\n");
    Files.createDirectories(repository.top.resolve("sub"));
    Files.writeString(repository.top.resolve("sub/c.txt"), "c\n");
    Files.writeString(repository.top.resolve("run.sh"), "#!/bin/sh\n");
    Files.write(repository.top.resolve("image.bin"), new byte[] {0, 1, 2, (byte) 0xFF});
    Files.writeString(repository.top.resolve(".gitignore"), "*.log\nignored/\n.env\n");
    repository.git("add", "-A");
    repository.git("update-index", "--chmod=+x", "run.sh");
    repository.git("commit", "-qm", "first");
    repository.git("checkout", "-q", "--", ".");
    return repository;
  }

  static Repository empty(Path directory) throws IOException {
    Files.createDirectories(directory);
    Repository repository = new Repository(directory.toRealPath());
    repository.git("init", "-q", "-b", "main");
    repository.git("config", "user.name", "A Person");
    repository.git("config", "user.email", "person@example.org");
    return repository;
  }

  /** The same repository, seen from another directory of it. */
  public Repository from(Path directory) {
    return new Repository(directory);
  }

  public String git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  public String sh(String script) {
    return run(List.of("sh", "-ec", script));
  }

  private String run(List<String> command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(top.toFile()).redirectErrorStream(true);
      builder
          .environment()
          .putAll(
              Map.of(
                  "GIT_CONFIG_GLOBAL", "/dev/null",
                  "GIT_CONFIG_SYSTEM", "/dev/null",
                  "GIT_AUTHOR_NAME", "An Agent",
                  "GIT_AUTHOR_EMAIL", "agent@example.org",
                  "GIT_COMMITTER_NAME", "An Agent",
                  "GIT_COMMITTER_EMAIL", "agent@example.org",
                  "GIT_EDITOR", "true"));
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
      return output.strip();
    } catch (IOException e) {
      throw new AssertionError(command.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(command.toString(), e);
    }
  }
}

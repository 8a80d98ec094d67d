package dev.agentworkflows.it.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A user's repository with a workflow in it, and the product with the provider {@code shell}. */
public final class Project {

  public final Path top;
  private final Owf owf;

  private Project(Owf owf, Path top) {
    this.owf = owf;
    this.top = top;
  }

  /** A directory without a repository. */
  public static Project plain(Owf owf, String name) {
    try {
      Path top = owf.directory().resolve(name);
      Files.createDirectories(top);
      return new Project(owf, top.toRealPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A repository with a commit. */
  public static Project repository(Owf owf, String name) {
    Project project = plain(owf, name);
    project.sh(
        """
        git init -q -b main
        git config user.name 'A Person'; git config user.email person@example.org
        printf 'one\\ntwo\\nthree\\n' > a.txt; echo b > b.txt; printf '\\000\\001' > image.bin
        printf '.env\\n*.log\\n' > .gitignore
        git add -A; git commit -qm first
        """);
    return project;
  }

  /** What a person does in a shell at the top of the project. */
  public String sh(String script) {
    Owf.Finished finished =
        owf.program(List.of("sh", "-ec", script))
            .in(top)
            .with("GIT_CONFIG_NOSYSTEM", "1")
            .with("GIT_AUTHOR_NAME", "A Person")
            .with("GIT_AUTHOR_EMAIL", "person@example.org")
            .with("GIT_COMMITTER_NAME", "A Person")
            .with("GIT_COMMITTER_EMAIL", "person@example.org")
            .run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.stdout().strip();
  }

  /** A command line of the real jar, with the provider {@code shell} beside it. */
  public Owf.Invocation command(String... arguments) {
    try {
      Path tests =
          Path.of(Project.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("owf.jar") + File.pathSeparator + tests,
                  "dev.agentworkflows.coordinator.cli.Main"));
      command.addAll(List.of(arguments));
      return owf.program(command)
          .in(top)
          .with("GIT_CONFIG_NOSYSTEM", "1")
          .with("GIT_AUTHOR_NAME", "An Agent")
          .with("GIT_AUTHOR_EMAIL", "agent@example.org")
          .with("GIT_COMMITTER_NAME", "An Agent")
          .with("GIT_COMMITTER_EMAIL", "agent@example.org")
          .with(ShellAdapter.MARKER, marker().toString());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One workflow run from outside the repository, so that the script is no change in it. */
  Owf.Invocation workflow(String text, String... options) {
    Path script = owf.script("of_" + top.getFileName() + "_" + System.nanoTime() + ".py", text);
    return command("run", script.toString(), "--json", "--provider", "shell")
        .and("--workspace", top.toString())
        .and(options);
  }

  /** What the script gives back after a run that must be done. */
  JsonNode output(String text, String... options) {
    Owf.Finished finished = workflow(text, options).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.json().required("output");
  }

  /** One isolated call with this shell script for a prompt: its result's fields. */
  JsonNode isolated(String script, String... options) {
    return output(
        """
        from workflows import agent
        async def main(args):
            r = await agent(%s, isolation="worktree", label="edit")
            return {k: getattr(r, k) for k in (
                "status", "text", "error", "call_id", "cache_status", "worktree_path", "worktree_branch",
                "changed_files", "transcript_path")}
        """
            .formatted(python(script)),
        options);
  }

  /** A text as Python writes it. */
  public static String python(String text) {
    return Json.write(text);
  }

  /** Where the provider writes down that it was asked. */
  Path marker() {
    return owf.directory().resolve("asked-" + top.getFileName());
  }

  /** What git and the file system know of the user's checkout. */
  public String state() {
    return sh(
        """
        git rev-parse HEAD; git symbolic-ref HEAD; git stash list
        git for-each-ref --format='%(refname) %(objectname)' | grep -v refs/heads/owf/ || true
        sha256sum .git/index .git/HEAD .git/config
        find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
        find . -path ./.git -prune -o -print | sort
        """);
  }
}

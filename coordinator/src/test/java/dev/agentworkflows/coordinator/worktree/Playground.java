package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CacheUse;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallStart;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.Store;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The directories of one tree: a user's checkout, a call's worktree, what is around them. */
final class Playground implements AutoCloseable {

  private static final String RUN = "run_20261122_143201_4f9c1a";
  static final String CALL = RUN + "_call_0001";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  final TreeTemplates templates;
  final Path top;
  final Path checkout;
  final Path around;
  final Path mark;
  final Store store;
  final Worktrees worktrees;
  final Worktree worktree;
  final Path gitDirectory;
  private final Path runDirectory;

  private Playground(TreeTemplates templates, TreeCase tree, Path top) throws Exception {
    this.templates = templates;
    this.top = top;
    this.checkout = top.resolve(tree.project());
    this.around = top.resolve("x");
    this.mark = top.resolve("mark");
    copy(templates.directory().resolve("projects").resolve(tree.template()), checkout);
    copy(templates.directory().resolve("around"), around);
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(around.resolve("socket")));
    }
    for (String setting : tree.settings()) {
      String[] words = setting.split("[ .]");
      Files.writeString(
          checkout.resolve(".git/config"),
          "[%s]\n\t%s = %s\n".formatted((Object[]) words),
          java.nio.file.StandardOpenOption.APPEND);
    }
    Path home =
        Files.createDirectories(
            tree.homeInside() ? checkout.resolve(".workflows") : top.resolve("w"));
    if (tree.homeInside()) {
      Files.writeString(home.resolve(".gitignore"), "*\n");
    }
    this.store = Store.open(home.resolve("workflow.sqlite"));
    this.worktrees = new Worktrees(variables(Map.of()), AllowedWorkspaces.any(), home);
    Path runDirectory = Files.createDirectories(home.resolve("runs").resolve(RUN));
    var unused = store.writer().addRun(Records.run(RUN).directory(runDirectory.toString()).build());
    var call =
        store
            .writer()
            .startCall(
                new CallStart(
                    new CallIdentity(CALL, RUN, 1, null, null),
                    new CacheUse(CacheStatus.BYPASSED, null, 0, null),
                    0,
                    new AskedCall("fake", null, null, Isolation.WORKTREE, true, null, null),
                    "p",
                    Records.NOON));
    Worktrees.Plan plan = worktrees.plan(checkout, runDirectory, RUN, CALL, LIMIT);
    this.worktree = plan.worktree();
    store.writer().addWorktree(worktree.planned()).join();
    worktrees.make(plan, LIMIT);
    this.runDirectory = runDirectory;
    this.gitDirectory = worktree.gitDirectory().orElseThrow();
  }

  static Playground of(TreeTemplates templates, TreeCase tree, Path top) throws Exception {
    return new Playground(templates, tree, top);
  }

  Path common() {
    return checkout.resolve(".git");
  }

  /** Lets the agent do its steps, and removes what the planted program noted meanwhile. */
  void agent(TreeCase tree) throws IOException {
    Map<String, String> variables =
        Map.of(
            "W", worktree.path().toString(),
            "C", common().toString(),
            "G", gitDirectory.toString(),
            "X", around.toString(),
            "USERS", checkout.toString(),
            "P", templates.directory().resolve("planted/program").toString(),
            "H", templates.directory().resolve("planted/hooks").toString(),
            "B", worktree.branch(),
            "BASE", worktree.base(),
            // Where its `.git` is gone, an agent's git must not find the user's.
            "GIT_CEILING_DIRECTORIES", top.toString());
    String script =
        tree.steps().stream()
            .map(step -> "(cd \"$W\" && {\n" + step.script() + "\n} )\n")
            .collect(Collectors.joining());
    new TreeShell(top, variables(variables)).attempt(script);
    Files.deleteIfExists(mark);
  }

  /** What the next call of the run gets, from the repository as the agent left it. */
  Worktree nextWorktree() throws GitException, InterruptedException {
    Worktrees.Plan plan = worktrees.plan(checkout, runDirectory, RUN, RUN + "_call_0002", LIMIT);
    worktrees.make(plan, LIMIT);
    return plan.worktree();
  }

  /** Lets the user change the checkout. */
  void user(TreeCase tree) throws IOException {
    Path hooks = common().resolve("hooks");
    new TreeShell(checkout, variables(Map.of("HOOKS", hooks.toString())))
        .attempt("export GIT_CONFIG_GLOBAL=$HOME/.gitconfig\n" + tree.user().script);
    Files.deleteIfExists(mark);
  }

  private Map<String, String> variables(Map<String, String> more) {
    Map<String, String> variables = new TreeMap<>();
    variables.put("HOME", templates.directory().resolve("home").toString());
    variables.put("TREE_MARK", mark.toString());
    variables.put("GIT_TEMPLATE_DIR", "/var/empty");
    variables.putAll(more);
    return TreeShell.environment(variables);
  }

  FileSnapshot worktreeFiles() {
    return FileSnapshot.of(worktree.path());
  }

  FileSnapshot checkoutFiles() {
    return FileSnapshot.of(checkout, path -> !path.equals(".git") && !path.equals(".workflows"));
  }

  /** The user's repository, but for what belongs to the call and to git's storage of objects. */
  FileSnapshot repositoryFiles() {
    return FileSnapshot.of(
        common(),
        path ->
            !path.equals("objects")
                && !path.equals("worktrees")
                && !path.equals("owf.lock")
                && !path.equals("packed-refs")
                && !path.equals("refs/heads/owf")
                && !path.equals("logs/refs/heads/owf"));
  }

  /** All refs, but for those of calls. */
  Map<String, String> refs() {
    Map<String, String> refs = new TreeMap<>(GitFiles.refs(common()));
    refs.keySet().removeIf(name -> name.startsWith("refs/heads/owf/"));
    return refs;
  }

  Set<String> knownCommits(TreeCase tree) {
    return templates.commits().getOrDefault(tree.template(), Set.of());
  }

  @Override
  public void close() {
    store.close();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(directory).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file,
                to.resolve(from.relativize(file).toString()),
                StandardCopyOption.COPY_ATTRIBUTES,
                LinkOption.NOFOLLOW_LINKS);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

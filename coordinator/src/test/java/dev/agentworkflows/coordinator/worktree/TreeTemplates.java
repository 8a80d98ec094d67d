package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Repositories that trees start from, made once and copied. All belong to a user whose own
 * configuration has a filter, and who ignores {@code *.swp} everywhere.
 *
 * @param commits by template, those that are there before any agent; of the submodule, too
 */
record TreeTemplates(Path directory, Map<String, Set<String>> commits) {

  /** What is ignored at the base: simple enough that {@link TreeJudgement} decides it itself. */
  private static final String FILES =
      """
      printf 'one\\ntwo\\nthree\\nfour\\nfive\\n' > a.txt
      printf 'b\\n' > b.txt
      mkdir -p sub/more Docs
      echo c > sub/c.txt; echo d > sub/more/d.txt
      printf '#!/bin/sh\\n' > run.sh; chmod +x run.sh
      printf '\\000\\001\\002\\377' > image.bin
      echo readme > Docs/README.md
      for i in 1 2 3 4 5 6 7 8 9 10; do printf "line $i\\r\\n"; done > crlf.txt
      for i in 1 2 3 4 5; do printf "line $i\\r\\nmore $i\\n"; done > mixed.txt
      i=0; while [ $i -lt 40 ]; do i=$((i+1)); echo "line $i"; done > long.txt
      : > empty
      ln -s a.txt link
      printf 'caf\\351\\n' > latin1.txt
      printf '*.log\\nignored/\\n.env\\n' > .gitignore
      """;

  private static final String HISTORY =
      """
      git add -A; git commit -qm first
      git checkout -q -b feature
      sed -i 's/^two$/two of feature/' a.txt; echo f > feature.txt
      git add -A; git commit -qm 'of feature'
      git checkout -q main
      sed -i 's/^three$/three again/' a.txt; sed -i 's/^two$/two of main/' a.txt
      git add -A; git commit -qm second
      mkdir -p .git/info; echo '*.tmp' > .git/info/exclude
      echo secret of the user > .env; echo x > users.log; git stash list
      """;

  private static final Map<String, String> KINDS = kinds();

  private static Map<String, String> kinds() {
    Map<String, String> kinds = new LinkedHashMap<>();
    kinds.put("plain", "git init -q -b main\n" + FILES + HISTORY);
    kinds.put(
        "attributes",
        "git init -q -b main\n"
            + FILES
            + """
            printf '*.crlf text eol=crlf\\n*.lf text eol=lf\\nauto.txt text=auto\\n*.id ident\\n' > .gitattributes
            printf '*.u16 text working-tree-encoding=UTF-16LE-BOM\\n*.bin binary\\n' >> .gitattributes
            printf 'x\\r\\ny\\r\\n' > dos.crlf; printf 'x\\ny\\n' > unix.lf; printf 'x\\n' > auto.txt
            printf '$Id$\\n' > v.id; printf '\\377\\376a\\000\\n\\000' > x.u16
            """
            + HISTORY
            + "rm v.id dos.crlf; git checkout -q -- v.id dos.crlf\n");
    kinds.put(
        "line ends converted",
        "git init -q -b main\n"
            + FILES
            + HISTORY
            + "git config core.autocrlf true; git rm -rq --cached .; git reset -q --hard\n");
    kinds.put(
        "the user's filter",
        "git init -q -b main\n"
            + FILES
            + "echo '*.big filter=keep -text' > .gitattributes; printf 'large\\000\\n' > base.big\n"
            + HISTORY);
    kinds.put(
        "submodule",
        "git init -q -b main\n"
            + FILES
            + """
            git -c protocol.file.allow=always submodule --quiet add "$ROOT/other.git" lib
            git init -q emb; git -C emb commit -q --allow-empty -m e; git add emb 2>/dev/null
            git commit -qm modules
            rm -rf lib emb .git/modules; mkdir lib emb; git config --remove-section submodule.lib
            """
            + HISTORY);
    kinds.put(
        "sparse", "git init -q -b main\n" + FILES + HISTORY + "git sparse-checkout set sub\n");
    kinds.put("sha256", "git init -q -b main --object-format=sha256\n" + FILES + HISTORY);
    kinds.put(
        "packed",
        "git init -q -b main\n"
            + FILES
            + HISTORY
            + "git tag v1; git pack-refs --all; git repack -adq\n");
    return kinds;
  }

  /** What the planted program, and what else lies around a tree, is made of. */
  private static final String SURROUNDINGS =
      """
      mkdir -p planted/hooks around/outside home/.config/git
      printf '#!/bin/sh\\necho "$0 $*" >> "${TREE_MARK:-%s/planted/mark}"\\nexit 1\\n' "$ROOT" > planted/program
      printf '#!/bin/sh\\necho "$0 $*" >> "${TREE_MARK:-%s/planted/mark}"\\n' "$ROOT" > planted/hook
      chmod +x planted/program planted/hook
      for h in applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg \\
        commit-msg post-commit pre-rebase post-checkout post-merge pre-push post-rewrite pre-auto-gc \\
        reference-transaction post-index-change fsmonitor-watchman sendemail-validate; do
        cp planted/hook planted/hooks/$h
      done
      printf '#!/bin/sh\\nf=$(mktemp); cat > $f; if grep -q "^pointer " $f; then cat $f; else printf "pointer "; base64 -w0 < $f; echo; fi; rm $f\\n' > planted/clean
      printf '#!/bin/sh\\nf=$(mktemp); cat > $f; if grep -q "^pointer " $f; then cut -c9- < $f | base64 -d 2>/dev/null || cat $f; else cat $f; fi; rm $f\\n' > planted/smudge
      chmod +x planted/clean planted/smudge
      echo 'what nobody may show' > around/outside/secret.txt; echo o > around/outside/other
      echo '*.swp' > home/.config/git/ignore
      git config -f home/.gitconfig user.name 'A Person'
      git config -f home/.gitconfig user.email person@example.org
      git config -f home/.gitconfig filter.keep.clean "$ROOT/planted/clean"
      git config -f home/.gitconfig filter.keep.smudge "$ROOT/planted/smudge"
      git config -f home/.gitconfig filter.keep.required true
      git config -f home/.gitconfig advice.addEmbeddedRepo false
      git init -q -b main other; cd other; echo sub > x.txt; git add -A; git commit -qm o; cd ..
      git clone -q --bare other other.git
      cp -a other.git around/other.git
      git init -q -b main around/evil; cd around/evil; echo e > f; echo '* filter=evil diff=evil' > .gitattributes
      git add -A; git commit -qm e; git branch other; echo two >> f; git add -A; git commit -qm two
      for k in filter.evil.clean filter.evil.smudge filter.evil.process diff.external diff.evil.command \\
        diff.evil.textconv core.fsmonitor core.pager core.editor core.sshCommand uploadpack.packObjectsHook \\
        core.alternateRefsCommand credential.helper gpg.program remote.origin.uploadpack; do
        git config $k "$ROOT/planted/program"
      done
      git config core.hooksPath "$ROOT/planted/hooks"
      git config remote.origin.promisor true; git config remote.origin.url "ext::$ROOT/planted/program"
      cp "$ROOT"/planted/hooks/* .git/hooks/ 2>/dev/null || { mkdir -p .git/hooks; cp "$ROOT"/planted/hooks/* .git/hooks/; }
      cp -a .git ../evil.git; git config -f ../evil.git/config core.bare false
      """;

  static TreeTemplates in(Path directory) throws IOException {
    TreeTemplates templates = new TreeTemplates(directory, new HashMap<>());
    TreeShell shell = templates.shell(directory);
    shell.orFail(SURROUNDINGS);
    for (Map.Entry<String, String> kind : KINDS.entrySet()) {
      Path project = Files.createDirectories(directory.resolve("projects").resolve(kind.getKey()));
      templates.shell(project).orFail(kind.getValue());
      templates.commits.put(
          kind.getKey(),
          Set.of(templates.shell(project).orFail("git rev-list --all HEAD").split("\n")));
    }
    templates.commits.put(
        "of the submodule",
        Set.of(
            templates
                .shell(directory.resolve("other"))
                .orFail("git rev-list --all HEAD")
                .split("\n")));
    return templates;
  }

  static Iterable<String> names() {
    return KINDS.keySet();
  }

  private TreeShell shell(Path where) {
    return new TreeShell(
        where,
        Map.of(
            "ROOT", directory.toString(),
            "HOME", directory.resolve("home").toString(),
            "GIT_TEMPLATE_DIR", "/var/empty"));
  }
}

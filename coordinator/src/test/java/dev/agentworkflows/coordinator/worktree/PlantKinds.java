package dev.agentworkflows.coordinator.worktree;

import static dev.agentworkflows.coordinator.worktree.TreeKind.last;
import static dev.agentworkflows.coordinator.worktree.TreeKind.odd;

import java.util.List;

/** What an agent may plant in the repository's configuration for the coordinator's git to find. */
final class PlantKinds {

  static final List<TreeKind> ALL =
      List.of(
          odd("plant.hooks", "mkdir -p $C/hooks; cp $H/* $C/hooks/"),
          odd("plant.hooks-path", "git config core.hooksPath $H"),
          odd("plant.fsmonitor", "git config core.fsmonitor $P"),
          odd(
              "plant.fsmonitor-of-worktree",
              "git config extensions.worktreeConfig true; git config --worktree core.fsmonitor $P; git config --worktree diff.external $P; git config --worktree core.hooksPath $H"),
          odd(
              "plant.external-diff",
              d ->
                  "git config diff.external $P; git config core.pager $P; git config pager.diff $P; echo "
                      + d.text()
                      + " > b.txt"),
          odd(
              "plant.editors",
              "for k in core.editor sequence.editor core.askPass core.sshCommand core.gitProxy gpg.program credential.helper interactive.diffFilter difftool.x.cmd mergetool.x.cmd core.alternateRefsCommand uploadpack.packObjectsHook; do git config $k $P; done; git config commit.gpgSign true"),
          odd(
              "plant.aliases",
              "for a in status diff diff-index read-tree ls-files rev-parse apply add update-index cat-file; do git config alias.$a \"!$P\"; done"),
          odd(
              "plant.include",
              d ->
                  "printf '[core]\\n\\tfsmonitor = %s\\n\\thooksPath = %s\\n[diff]\\n\\texternal = %s\\n' $P $H $P > $X/included; git config "
                      + d.any("include.path", "includeIf.gitdir:/**.path")
                      + " $X/included"),
          odd(
              "plant.lazy-fetch",
              d ->
                  "git config core.repositoryFormatVersion 1; git config extensions.partialClone origin; git config remote.origin.promisor true; git config remote.origin.url "
                      + d.any("$X/other.git", "ext::$P")
                      + "; git config protocol.ext.allow always; git config remote.origin.uploadpack $P; git update-index --add --cacheinfo 100644,0123456789012345678901234567890123456789,lost"),
          odd(
              "plant.ignore-submodules",
              "git config diff.ignoreSubmodules all; git config submodule.recurse true; git config submodule.lib.ignore all; git config status.submoduleSummary true"),
          odd(
              "plant.quiet-status",
              d -> "git config status.showUntrackedFiles no; " + d.content() + " > quiet.txt"),
          odd(
              "plant.diff-settings",
              d ->
                  "git config diff.noprefix true; git config diff.renames copies; git config diff.orderFile $X/none; git config diff.mnemonicPrefix true; git config core.abbrev 4; git config diff.context 0; git config diff.relative true; git config color.ui always; echo "
                      + d.text()
                      + " >> a.txt"),
          odd(
              "plant.apply-settings",
              d ->
                  "git config apply.whitespace "
                      + d.any("fix", "error")
                      + "; git config core.whitespace tab-in-indent,cr-at-eol; git config apply.ignoreWhitespace change; printf ' \\t x  \\n\\n\\n' >> a.txt"),
          odd(
              "plant.line-ends",
              d ->
                  "git config core.autocrlf "
                      + d.any("true", "input")
                      + "; git config core.safecrlf "
                      + d.any("true", "warn")
                      + "; git config core.eol crlf; "
                      + d.content()
                      + " > le.txt"),
          odd(
              "plant.file-mode",
              "git config core.fileMode false; chmod +x b.txt; echo x > x.sh; chmod +x x.sh"),
          odd(
              "plant.ignore-case",
              d -> "git config core.ignoreCase true; " + d.content() + " > Docs/readme.MD"),
          odd(
              "plant.symlinks",
              "git config core.symlinks false; ln -s a.txt lnk; rm -f link; printf a.txt > link"),
          odd(
              "plant.precompose",
              "git config core.precomposeUnicode true; git config core.protectNTFS false; git config core.protectHFS true; echo p > 'git~2'"),
          odd(
              "plant.big-file-threshold",
              d -> "git config core.bigFileThreshold 1; echo " + d.text() + " >> long.txt"),
          odd(
              "plant.untracked-cache",
              d ->
                  "git config core.untrackedCache true; git config feature.manyFiles true; git status -s; "
                      + d.content()
                      + " > mf.txt"),
          odd(
              "plant.sparse",
              d ->
                  "git config core.sparseCheckout true; git config core.sparseCheckoutCone false; "
                      + d.content()
                      + " > sp.txt"),
          odd(
              "plant.ref-storage",
              "git config core.logAllRefUpdates false; echo n > nolog.txt; git add nolog.txt; git commit -qm nolog; git reset -q --hard $BASE"),
          last("plant.core-worktree", "git config core.worktree $X/outside; echo cw > cw.txt"),
          last("plant.bare", "git config core.bare true; echo cb > cb.txt"),
          last(
              "plant.unknown-version",
              "git config core.repositoryFormatVersion 99; echo uv > uv.txt"),
          last(
              "plant.unknown-extension",
              "git config core.repositoryFormatVersion 1; git config extensions.nobodyKnows true; echo ue > ue.txt"),
          last("plant.garbage-config", "echo '[[[' >> $C/config; echo gc > gc.txt"),
          last("plant.config-fifo", "mv $C/config $X/config; mkfifo $C/config"),
          last(
              "plant.include-fifo",
              "mkfifo $X/inc; printf '[include]\\n\\tpath = %s\\n' $X/inc >> $C/config"),
          last(
              "plant.exclude-fifo",
              "mkdir -p $C/info; rm -f $C/info/exclude; mkfifo $C/info/exclude; echo ef > ef.txt"),
          last(
              "plant.attributes-fifo",
              "mkdir -p $C/info; mkfifo $C/info/attributes; echo af > af.txt"),
          last(
              "plant.packed-refs-fifo",
              "rm -f $C/packed-refs; mkfifo $C/packed-refs; echo pf > pf.txt"),
          last("plant.ref-fifo", "mkfifo $C/refs/heads/pipe; echo rf > rf.txt"),
          last(
              "plant.include-of-include-fifo",
              "mkfifo $X/inc; printf '[include]\n\tpath = \\\n\"%s\" # c\n' $X/inc > $X/inc2; printf '[includeIf \"gitdir:/**\"] path=%s\n' $X/inc2 >> $C/config"),
          last(
              "plant.other-worktree-fifo",
              "mkdir -p $C/worktrees/other; mkfifo $C/worktrees/other/HEAD; echo wf > wf.txt"),
          last("plant.index-fifo", "rm -f $G/index; mkfifo $G/index; echo if > if.txt"));

  private PlantKinds() {}
}

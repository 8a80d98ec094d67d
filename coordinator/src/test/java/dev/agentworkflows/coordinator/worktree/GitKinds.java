package dev.agentworkflows.coordinator.worktree;

import static dev.agentworkflows.coordinator.worktree.TreeKind.last;
import static dev.agentworkflows.coordinator.worktree.TreeKind.odd;
import static dev.agentworkflows.coordinator.worktree.TreeKind.plain;

import java.util.List;

/** What agents do with git. B is the call's branch, BASE the commit that it started from. */
final class GitKinds {

  static final List<TreeKind> ALL =
      List.of(
          plain("git.move", "mkdir -p sub; git mv a.txt sub/moved.txt; git commit -qm moved"),
          odd("git.soft-reset", "git reset -q --soft HEAD~1"),
          odd("git.clean", "git clean -fdq; git checkout -qf HEAD -- ."),
          odd("git.rebase-abort", "git rebase --abort"),
          odd("git.branch-moved", "git branch -f side HEAD; git commit -q --allow-empty -m x"),
          plain("git.add", "git add -A"),
          plain("git.commit", d -> "git add -A; git commit -qm " + d.text()),
          plain(
              "git.commit-force",
              d ->
                  "mkdir -p ignored; echo x > ignored/forced; git add -f ignored/forced; git commit -qm "
                      + d.text()),
          plain("git.commit-empty", d -> "git commit -q --allow-empty -m " + d.text()),
          plain(
              "git.commit-subject-like-log",
              "git commit -q --allow-empty -m 'rebase (start): checkout: Fast-forward'"),
          plain("git.amend", "git commit -q --amend --no-edit --allow-empty"),
          odd(
              "git.stage-and-back",
              d -> "cp b.txt $X/b; echo " + d.text() + " > b.txt; git add b.txt; cat $X/b > b.txt"),
          odd(
              "git.stage-and-gone",
              d -> "echo " + d.text() + " > gone.txt; git add gone.txt; rm gone.txt"),
          odd("git.remove-cached", "git rm -q --cached b.txt"),
          odd(
              "git.commit-and-back",
              d ->
                  "echo "
                      + d.text()
                      + " > b.txt; git commit -qam c; git checkout -q $BASE -- b.txt; git commit -qam back"),
          odd(
              "git.commit-and-reset",
              d -> "echo " + d.text() + " > b.txt; git commit -qam c; git reset -q --hard $BASE"),
          odd(
              "git.commit-and-reset-lie",
              d ->
                  "echo "
                      + d.text()
                      + " > b.txt; GIT_REFLOG_ACTION='checkout: moving from a to b' git commit -qam c; git reset -q --hard $BASE"),
          odd(
              "git.commit-and-reset-lie-2",
              d ->
                  "echo "
                      + d.text()
                      + " > b.txt; GIT_REFLOG_ACTION='reset: moving to HEAD' git commit -qam c; GIT_REFLOG_ACTION='commit' git reset -q --hard $BASE"),
          odd(
              "git.other-branch",
              d ->
                  "git checkout -q -b side"
                      + d.text()
                      + "; echo "
                      + d.text()
                      + " > side.txt; git add side.txt; git commit -qm side; git checkout -q $B"),
          odd(
              "git.other-branch-stays",
              d ->
                  "git checkout -q -b side"
                      + d.text()
                      + "; echo "
                      + d.text()
                      + " > side.txt; git add side.txt; git commit -qm side"),
          odd("git.rename-branch", d -> "git branch -m " + d.text()),
          odd(
              "git.rename-branch-commit",
              d ->
                  "git branch -m "
                      + d.text()
                      + "; echo r > r.txt; git add r.txt; git commit -qm r"),
          odd("git.users-branch", "git checkout -q feature"),
          odd("git.users-branch-and-back", "git checkout -q feature; git checkout -q $B"),
          odd("git.to-parent", "git reset -q --hard HEAD~1"),
          odd("git.detach", "git checkout -q --detach"),
          odd(
              "git.detach-commit-back",
              d ->
                  "git checkout -q --detach; echo "
                      + d.text()
                      + " > det.txt; git add det.txt; git commit -qm det; git checkout -q $B"),
          odd(
              "git.orphan",
              d ->
                  "git checkout -q --orphan "
                      + d.text()
                      + d.any("", "; git rm -rfq .", "; git add -A; git commit -qm o")),
          odd("git.stash", d -> "echo " + d.text() + " > b.txt; git stash -q -u"),
          odd(
              "git.stash-detached",
              d ->
                  "git checkout -q --detach; echo "
                      + d.text()
                      + " > b.txt; git stash -q; git checkout -q $B"),
          odd(
              "git.stash-lie",
              d ->
                  "echo "
                      + d.text()
                      + " > b.txt; git stash store -m 'On feature: of the user' $(git stash create); git checkout -q -- b.txt"),
          odd(
              "git.stash-pop",
              d -> "echo " + d.text() + " > b.txt; git stash -q; git stash pop -q"),
          odd(
              "git.rebase-half",
              d -> "echo " + d.text() + " > a.txt; git commit -qam mine; git rebase -q feature"),
          odd(
              "git.merge-half",
              d -> "echo " + d.text() + " > a.txt; git commit -qam mine; git merge -q feature"),
          odd(
              "git.in-its-directory",
              d ->
                  d.any(
                      "git update-ref refs/worktree/kept $(git commit-tree -m kept HEAD^{tree})",
                      "git update-ref KEPT_HEAD $(git commit-tree -m kept HEAD^{tree})",
                      "git worktree lock .",
                      "echo kept > $(git rev-parse --git-dir)/notes-of-the-agent")),
          odd("git.merge", "git merge -q --no-edit feature"),
          odd("git.cherry-pick", "git cherry-pick feature"),
          odd("git.revert", "git revert --no-edit HEAD"),
          odd("git.bisect", "git bisect start; git bisect bad; git bisect good HEAD~1"),
          odd(
              "git.assume-unchanged",
              d -> "git update-index --assume-unchanged b.txt; echo " + d.text() + " > b.txt"),
          odd(
              "git.skip-worktree",
              d -> "git update-index --skip-worktree sub/c.txt; echo " + d.text() + " > sub/c.txt"),
          odd("git.skip-worktree-deleted", "git update-index --skip-worktree b.txt; rm b.txt"),
          odd(
              "git.intent-to-add",
              d -> "echo " + d.text() + " > intended.txt; git add -N intended.txt"),
          odd(
              "git.chmod-in-index",
              d ->
                  d.any(
                      "git update-index --chmod=+x b.txt",
                      "git update-index --chmod=-x run.sh",
                      "git update-index --chmod=+x b.txt; git commit -qm x")),
          odd(
              "git.sparse",
              d ->
                  "git sparse-checkout set "
                      + d.any("sub", "Docs", "--no-cone 'a.txt'")
                      + "; echo "
                      + d.text()
                      + " > sub/c.txt"),
          odd(
              "git.sparse-by-hand",
              d ->
                  "mkdir -p $G/info; echo '/a.txt' > $G/info/sparse-checkout; git config core.sparseCheckout true; git update-index --skip-worktree b.txt; echo "
                      + d.text()
                      + " > b.txt"),
          odd(
              "git.tag-of-commit",
              d ->
                  "git checkout -q --detach; git commit -q --allow-empty -m t; git tag "
                      + d.text()
                      + "; git checkout -q $B"),
          odd("git.pack", "git pack-refs --all; git repack -adq"),
          odd(
              "git.pack-after-commit",
              d ->
                  "echo "
                      + d.text()
                      + " > p.txt; git add p.txt; git commit -qm p; git pack-refs --all; git repack -adq"),
          odd(
              "git.replace",
              d ->
                  d.any(
                      "git replace $BASE $(git commit-tree -m r $BASE^{tree})",
                      "git replace $(git rev-parse $BASE:b.txt) $(echo "
                          + d.text()
                          + " | git hash-object -w --stdin); printf 'b\\n' > b.txt",
                      "o=$(git rev-parse $BASE:b.txt); n=$(echo "
                          + d.text()
                          + " | git hash-object -w --stdin); git replace $o $n; git cat-file blob $n > b.txt")),
          odd(
              "git.graft",
              "mkdir -p $C/info; git commit -q --allow-empty -m g; echo \"$BASE $(git rev-parse HEAD)\" > $C/info/grafts"),
          odd(
              "git.graft-hides-commit",
              "mkdir -p $C/info; git commit -q --allow-empty -m g; h=$(git rev-parse HEAD); git reset -q --hard $BASE; git checkout -q -b g2 $h; git checkout -q $B; echo \"$BASE $h\" > $C/info/grafts"),
          odd("git.shallow", "echo $BASE > $C/shallow"),
          odd(
              "git.shallow-commit",
              "git commit -q --allow-empty -m s; git rev-parse HEAD > $C/shallow"),
          odd(
              "git.index-v4",
              "git update-index --index-version 4; echo v4 > v4.txt; git add v4.txt"),
          odd("git.split-index", "git update-index --split-index; echo si > b.txt"),
          odd(
              "git.untracked-cache",
              d ->
                  "git update-index --untracked-cache; git status -s; "
                      + d.content()
                      + " > uc.txt"),
          odd(
              "git.fsmonitor-valid",
              d ->
                  "git -c core.fsmonitor=$X/none update-index --fsmonitor; git -c core.fsmonitor=$X/none update-index --fsmonitor-valid b.txt; echo "
                      + d.text()
                      + " > b.txt"),
          odd(
              "git.replaced-by-alternates",
              d ->
                  "mkdir -p $X/objects; echo $X/objects > $C/objects/info/alternates; echo "
                      + d.text()
                      + " > alt.txt; git add alt.txt"),
          odd("git.worktree-inside", "git worktree add -q inside-wt; echo w > inside-wt/w.txt"),
          odd("git.worktree-beside", "git worktree add -q ../beside; echo w > ../beside/w.txt"),
          odd(
              "git.logs-removed",
              d ->
                  "echo "
                      + d.text()
                      + " > lr.txt; git add lr.txt; git commit -qm lr; rm -rf $G/logs; find $C/logs -type f -delete"),
          odd(
              "git.submodule-added",
              "git -c protocol.file.allow=always submodule --quiet add $X/other.git added"),
          last("git.index-removed", "rm -f $G/index"),
          last("git.index-corrupt", "echo garbage > $G/index"),
          last("git.index-is-link", "mv $G/index $X/idx; ln -s $X/idx $G/index"),
          last("git.index-is-fifo", "rm $G/index; mkfifo $G/index"),
          last("git.index-lock", "echo more > locked.txt; touch $G/index.lock"),
          last("git.branch-deleted", "git update-ref -d refs/heads/$B"),
          last("git.head-garbage", "echo garbage > $G/HEAD"),
          last("git.head-missing", "rm $G/HEAD"),
          last("git.head-elsewhere", "echo 'ref: refs/heads/main' > $G/HEAD"),
          last("git.gitdir-removed", "rm -rf $G"),
          last("git.gitdir-pointer", "echo /nowhere/.git > $G/gitdir"),
          last("git.commondir", "cp -a $X/evil.git $X/evil2.git; echo $X/evil2.git > $G/commondir"),
          last("git.commondir-removed", "rm -f $G/commondir"),
          last(
              "git.objects-damaged",
              "find $C/objects -type f -name '*.pack' -exec chmod u+w {} + ; find $C/objects -type f | head -3 | while read f; do rm -f $f; done"));

  private GitKinds() {}
}

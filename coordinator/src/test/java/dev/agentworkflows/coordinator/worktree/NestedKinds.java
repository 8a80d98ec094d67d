package dev.agentworkflows.coordinator.worktree;

import static dev.agentworkflows.coordinator.worktree.TreeKind.last;
import static dev.agentworkflows.coordinator.worktree.TreeKind.odd;

import java.util.List;

/** Repositories inside, submodules, and a worktree that is no longer what or where it was. */
final class NestedKinds {

  private static final String INIT =
      "git -c protocol.file.allow=always submodule --quiet update --init lib";

  static final List<TreeKind> ALL =
      List.of(
          odd(
              "nested.repository",
              d ->
                  "git init -q inner; cd inner; "
                      + d.content()
                      + " > x; git add x; git commit -qm x"
                      + d.any(
                          "",
                          "; echo more > y",
                          "; echo y > x; git stash -q",
                          "; rm x",
                          "; git checkout -q --detach")),
          odd(
              "nested.unborn",
              d ->
                  "git init -q "
                      + d.any("inner", "sub/inner", "hollow")
                      + d.any("", "; " + d.content() + " > inner/x")),
          odd(
              "nested.deep",
              d ->
                  "mkdir -p p/q/r; git init -q p/q/r; "
                      + d.content()
                      + " > p/q/r/x; "
                      + d.content()
                      + " > p/q/y"),
          odd("nested.bare", "git init -q --bare bare.git"),
          odd(
              "nested.dot-git-directory",
              "mkdir -p fixtures/repo/.git; echo '[core]' > fixtures/repo/.git/config"),
          odd(
              "nested.dot-git-empty-directory",
              d -> "mkdir -p dg/.git; " + d.any("true", d.content() + " > dg/work")),
          odd(
              "nested.dot-git-file",
              d ->
                  "mkdir -p notes; echo 'notes of an hour' > notes/.git; "
                      + d.any("true", d.content() + " > notes/more")),
          odd(
              "nested.dot-git-file-to-evil",
              d ->
                  "mkdir -p nf; echo \"gitdir: $X/evil.git\" > nf/.git; "
                      + d.content()
                      + " > nf/w"),
          odd(
              "nested.dot-git-file-to-users",
              d -> "mkdir -p nu; echo \"gitdir: $C\" > nu/.git; " + d.content() + " > nu/w"),
          odd(
              "nested.dot-git-link",
              d -> "mkdir -p nl; ln -s $X/evil.git nl/.git; " + d.content() + " > nl/w"),
          odd(
              "nested.dot-git-fifo",
              d -> "mkdir -p nq; mkfifo nq/.git; " + d.content() + " > nq/w"),
          odd(
              "nested.hostile",
              d ->
                  "cp -a $X/evil inner; "
                      + d.any(
                          "true",
                          d.content() + " > inner/f2",
                          "git add inner",
                          "git add inner; git commit -qm gitlink")),
          odd(
              "nested.hostile-gitlink-dirty",
              d -> "cp -a $X/evil inner; git add inner; " + d.content() + " > inner/f"),
          odd(
              "nested.gitlink",
              d ->
                  "git init -q inner; git -C inner commit -q --allow-empty -m e; git add inner"
                      + d.any("", "; git commit -qm gl", "; " + d.content() + " > inner/w")),
          odd(
              "nested.gitlink-without-repository",
              d ->
                  "git init -q inner; git -C inner commit -q --allow-empty -m e; git add inner; git commit -qm gl; rm -rf inner/.git; "
                      + d.content()
                      + " > inner/own"),
          odd(
              "nested.gitlink-of-nothing",
              d ->
                  "git update-index --add --cacheinfo 160000,$BASE,gl; mkdir -p gl; "
                      + d.content()
                      + " > gl/f"),
          odd(
              "nested.gitlink-over-tracked",
              d ->
                  "git update-index --cacheinfo 160000,$BASE,b.txt; git update-index --add --cacheinfo 160000,$BASE,ghost; mkdir -p ghost; "
                      + d.content()
                      + " > ghost/g"),
          odd(
              "nested.alternates",
              d ->
                  "git init -q inner; echo $X/evil.git/objects > inner/.git/objects/info/alternates; "
                      + d.content()
                      + " > inner/a"),
          odd(
              "submodule.file-in-uninitialised",
              d -> "mkdir -p lib; " + d.content() + " > lib/own.txt"),
          odd("submodule.fetched", d -> INIT),
          odd(
              "submodule.changed",
              d -> INIT + "; " + d.content() + " > lib/" + d.any("x.txt", "new.txt", "sub.log")),
          odd(
              "submodule.committed",
              d ->
                  INIT
                      + "; cd lib; echo s > s; git add s; git commit -qm s"
                      + d.any(
                          "",
                          "; git checkout -q -",
                          "; git reset -q --hard HEAD~1",
                          "; cd ..; git add lib; git commit -qm lib")),
          odd("submodule.stashed", d -> INIT + "; cd lib; echo s > x.txt; git stash -q"),
          odd(
              "submodule.git-gone",
              d -> INIT + "; rm -f lib/.git; " + d.any("true", d.content() + " > lib/new")),
          odd(
              "submodule.replaced-by-files",
              d ->
                  "rm -rf lib; mkdir lib; "
                      + d.content()
                      + " > lib/f; "
                      + d.any("true", "git rm -q --cached lib; git add lib")),
          odd(
              "submodule.clone-in-place",
              d ->
                  "rm -rf lib; git clone -q $X/other.git lib"
                      + d.any(
                          "",
                          "; " + d.content() + " > lib/n",
                          "; cd lib; git commit -q --allow-empty -m n")),
          odd(
              "submodule.hostile-in-place",
              d -> "rm -rf lib; cp -a $X/evil lib; " + d.any("true", d.content() + " > lib/f")),
          odd(
              "submodule.hostile-config",
              d ->
                  INIT
                      + "; cd lib; git config core.fsmonitor $P; git config filter.evil.clean $P; echo '* filter=evil' > .gitattributes; git config diff.external $P; git config core.hooksPath $H"),
          odd(
              "submodule.url",
              d ->
                  "git config -f .gitmodules submodule.lib.url "
                      + d.any("ext::$P", "$X/other.git", "-u$P")
                      + "; git config submodule.lib.update '!'$P"),
          odd("submodule.removed", "git rm -qf lib"),
          odd("submodule.link-in-place", d -> "rm -rf lib; ln -s $X/outside lib"),
          odd(
              "submodule.embedded-without-modules",
              d -> "mkdir -p emb; " + d.content() + " > emb/own.txt"),
          last("place.git-file-removed", "rm -f .git"),
          last("place.git-file-to-users", "echo \"gitdir: $C\" > .git"),
          last("place.git-file-to-evil", "echo \"gitdir: $X/evil.git\" > .git"),
          last("place.git-file-is-link", "rm .git; ln -s $X/evil.git .git"),
          last("place.git-file-is-fifo", "rm .git; mkfifo .git"),
          last("place.git-directory", "rm .git; git init -q; git add -A; git commit -qm mine"),
          last("place.git-directory-hostile", "rm .git; cp -a $X/evil.git .git"),
          last("place.moved-by-git", "git worktree move $W $X/moved"),
          last("place.moved", "mv $W $X/moved"),
          last("place.moved-beside", "mv $W $W.old"),
          last("place.link-out", "mv $W $X/moved; ln -s $X/outside $W"),
          last("place.link-to-users", "mv $W $X/moved; ln -s $USERS $W"),
          last("place.link-to-itself-moved", "mv $W $X/moved; ln -s $X/moved $W"),
          last("place.fifo", "mv $W $X/moved; mkfifo $W"),
          last("place.file", "mv $W $X/moved; echo x > $W"),
          last("place.hostile-repository", "mv $W $X/moved; cp -a $X/evil $W"),
          last("place.removed", "cd /; rm -rf $W"),
          last("place.emptied", "rm -rf * .[a-fh-z]* .gitignore .gitattributes"),
          last("place.locked", "git worktree lock $W; echo more > more.txt"),
          last("place.parent-link", "mv ${W%/*} $X/parent; ln -s $X/parent ${W%/*}"));

  private NestedKinds() {}
}

package dev.agentworkflows.coordinator.worktree;

import static dev.agentworkflows.coordinator.worktree.TreeKind.odd;
import static dev.agentworkflows.coordinator.worktree.TreeKind.plain;

import java.util.List;

/**
 * What agents do to files, ignore rules and attributes. The shell's variables: W the worktree, C
 * the repository's common git directory, G the worktree's own, X a directory outside, P the planted
 * program.
 */
final class FileKinds {

  static final List<TreeKind> ALL =
      List.of(
          plain("file.new", FileKinds::write),
          plain("file.new-again", FileKinds::write),
          odd(
              "file.name-not-utf8",
              d -> {
                String name = d.freshRaw();
                return "f=" + name + "; mkdir -p \"${f%/*}\"; " + d.content() + " > \"$f\"";
              }),
          plain("file.modify", d -> "test -L link || true; " + d.content() + " > " + d.tracked()),
          plain(
              "file.append",
              d -> "echo " + d.text() + " >> " + d.any("a.txt", "sub/c.txt", "b.txt")),
          plain(
              "file.one-line",
              d ->
                  "sed -i '7s/.*/" + d.text() + "/' " + d.any("mixed.txt", "long.txt", "crlf.txt")),
          plain("file.delete", d -> "rm -f " + d.tracked()),
          plain(
              "file.rename",
              d -> "mv " + d.tracked() + " " + Dice.quoted("./" + d.any("z1", "sub/z2", "z 3"))),
          plain(
              "file.mode",
              d ->
                  "chmod "
                      + d.any("+x", "-x", "755")
                      + " "
                      + d.any("a.txt", "run.sh", "sub/c.txt", "image.bin")),
          plain(
              "file.new-executable",
              d -> "{ echo '#!/bin/sh'; " + d.content() + "; } > tool.sh; chmod +x tool.sh"),
          plain("file.directory-deleted", "rm -rf sub"),
          plain(
              "file.deep",
              d -> "mkdir -p d/e/e/p/e/r/s/t/u/v/w; " + d.content() + " > d/e/e/p/e/r/s/t/u/v/w/x"),
          plain("file.copy", d -> "cp a.txt copy.txt; ln b.txt hard.txt"),
          plain(
              "file.big",
              d ->
                  "head -c 300000 /dev/zero | tr '\\0' '" + d.any("x", "\\n", "y") + "' > big.dat"),
          odd(
              "file.same-size-same-time",
              d -> "touch -r b.txt $X/time; printf 'c\\n' > b.txt; touch -r $X/time b.txt"),
          odd(
              "file.same-size-unchecked",
              d ->
                  "git config core.checkStat minimal; git config core.trustctime false; git status -s; touch -r b.txt $X/time; printf 'c\\n' > b.txt; touch -r $X/time b.txt"),
          plain(
              "link.new",
              d ->
                  "ln -s "
                      + d.any(
                          "a.txt",
                          "nowhere",
                          "/etc/hostname",
                          "../../../..",
                          "self",
                          "sub",
                          "$X/outside",
                          "$X/outside/secret.txt",
                          ".")
                      + " "
                      + d.any("self", "l1", "sub/l2", "'l 3'")),
          plain(
              "link.over-file",
              d ->
                  "rm -f b.txt; ln -s "
                      + d.any("a.txt", "b.txt", "nowhere", "$X/outside/secret.txt")
                      + " b.txt"),
          plain("link.to-file", d -> "rm -f link; " + d.content() + " > link"),
          plain(
              "link.retarget",
              d -> "ln -sfn " + d.any("b.txt", "/dev/null", "$X/outside") + " link"),
          plain(
              "link.over-directory",
              d -> "rm -rf sub; ln -s " + d.any("Docs", "nowhere", "$X/outside") + " sub"),
          plain("file.over-directory", d -> "rm -rf sub; " + d.content() + " > sub"),
          plain(
              "file.directory-over-file",
              d -> "rm -f b.txt; mkdir -p b.txt; " + d.content() + " > b.txt/inner"),
          odd(
              "special.fifo",
              d ->
                  d.any(
                      "mkfifo pipe",
                      "rm -f b.txt; mkfifo b.txt",
                      "mkdir -p q; mkfifo q/pipe",
                      "mkfifo .gitattributes",
                      "rm -f .gitignore; mkfifo .gitignore",
                      "mkdir -p q; mkfifo q/.gitignore",
                      "mkfifo .gitmodules")),
          odd(
              "special.socket",
              d -> "cp -a $X/socket " + d.any("sock", "sub/sock") + " || mv $X/socket sock"),
          odd("special.device", "mknod null c 1 3 || mkfifo null"),
          odd(
              "special.unreadable",
              d ->
                  "mkdir -p locked/in; "
                      + d.content()
                      + " > locked/in/f; "
                      + d.any(
                          "chmod 000 locked", "chmod 000 locked/in/f", "chmod 600 locked/in/f")),
          odd(
              "special.beyond-path-limit",
              d ->
                  "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do mkdir -p "
                      + "d".repeat(220)
                      + "; cd "
                      + "d".repeat(220)
                      + "; done; "
                      + d.content()
                      + " > hidden"),
          odd(
              "special.git-attribute-files-as-links",
              d ->
                  "ln -sfn $X/outside/secret.txt "
                      + d.any(
                          ".gitattributes",
                          ".gitignore",
                          "sub/.gitignore",
                          ".gitmodules",
                          ".mailmap")),
          odd(
              "name.refused-by-git",
              d ->
                  d.content()
                      + " > "
                      + d.any("'git~1'", "'GIT~1'", "sub/'git~1'", "'.git '", "'.git...'")
                      + "; echo good > good.txt"),
          odd(
              "name.dot-git-in-capitals",
              d ->
                  d.any(
                      "mkdir -p .GIT; " + d.content() + " > .GIT/config",
                      d.content() + " > sub/.Git")),
          odd(
              "name.case-twin",
              d ->
                  d.any(
                      d.content() + " > Docs/readme.md",
                      "mkdir -p docs; " + d.content() + " > docs/y.md",
                      d.content() + " > A.TXT",
                      "mv Docs docs",
                      "mv a.txt A.txt",
                      "mkdir -p Sub/more; " + d.content() + " > Sub/more/d.txt")),
          odd(
              "file.partly-written-names",
              d -> "touch a.txt~ .a.swp '.#a'; " + d.content() + " > sub/a.orig"),
          plain("nothing.empty-directory", "mkdir -p hollow/inner"),
          plain(
              "nothing.ignored",
              d ->
                  d.any(
                      "echo x > some.log",
                      "mkdir -p ignored/deep; echo x > ignored/deep/f",
                      "echo s > .env",
                      "mkdir -p sub/ignored; echo y > sub/ignored/f",
                      "echo x > .f.swp",
                      "mkdir -p build.log; echo x > build.log/f",
                      "mkfifo pipe.log")),
          plain("nothing.touched", d -> "touch " + d.tracked() + "; git status -s"),
          plain(
              "nothing.rewritten",
              "cp a.txt $X/copy; cat $X/copy > a.txt; rm b.txt; printf 'b\\n' > b.txt"),
          plain(
              "nothing.committed",
              d ->
                  "git tag "
                      + d.text()
                      + "; git branch "
                      + d.text()
                      + "; git add -A --dry-run; git gc -q --auto"),
          odd("ignore.own-rule", d -> "echo '*.out' >> .gitignore; " + d.content() + " > x.out"),
          odd(
              "ignore.hides-itself",
              d -> "mkdir -p hid; echo '*' > hid/.gitignore; " + d.content() + " > hid/work"),
          odd("ignore.all", d -> "echo '*' > .gitignore; " + d.content() + " > " + "unseen.txt"),
          odd(
              "ignore.info-exclude",
              d ->
                  "mkdir -p $C/info; echo '/hid*' >> $C/info/exclude; "
                      + d.content()
                      + " > hidden.txt"),
          odd(
              "ignore.excludes-file",
              d ->
                  "echo 'hid*' > $X/excludes; git config core.excludesFile $X/excludes; "
                      + d.content()
                      + " > hidden.txt"),
          odd(
              "ignore.excludes-file-of-worktree",
              d ->
                  "echo 'hid*' > $X/excludes; git config extensions.worktreeConfig true; git config --worktree core.excludesFile $X/excludes; "
                      + d.content()
                      + " > hidden.txt"),
          odd(
              "ignore.rule-taken-away",
              d -> "rm -f .gitignore; " + d.content() + " > " + d.any("some.log", ".env")),
          odd(
              "ignore.turned-round",
              d -> "echo '!*.log' >> .gitignore; " + d.content() + " > new.log"));

  private FileKinds() {}

  private static String write(Dice dice) {
    return "f=" + dice.fresh() + "; mkdir -p \"${f%/*}\"; " + dice.content() + " > \"$f\"";
  }
}

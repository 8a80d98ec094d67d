package dev.agentworkflows.coordinator.worktree;

import static dev.agentworkflows.coordinator.worktree.TreeKind.odd;
import static dev.agentworkflows.coordinator.worktree.TreeKind.plain;

import java.util.List;

/** Attributes that an agent changes together with the files that they govern. */
final class AttributeKinds {

  static final List<TreeKind> ALL =
      List.of(
          plain(
              "attribute.with-file",
              d ->
                  "echo '*.dat "
                      + attribute(d)
                      + "' >> .gitattributes; "
                      + d.content()
                      + " > n.dat"),
          plain(
              "attribute.of-all",
              d -> "echo '* " + attribute(d) + "' > .gitattributes; " + d.content() + " > n.dat"),
          plain(
              "attribute.in-directory",
              d ->
                  "mkdir -p lf; echo '* "
                      + attribute(d)
                      + "' > lf/.gitattributes; "
                      + d.content()
                      + " > lf/foo; printf 'x\\ny\\n' > lf/bar"),
          plain(
              "attribute.of-tracked",
              d ->
                  "echo 'a.txt "
                      + attribute(d)
                      + "' >> .gitattributes; "
                      + d.content()
                      + " > a.txt"),
          plain(
              "attribute.alone",
              d ->
                  "echo '"
                      + d.any("*.txt", "crlf.txt", "mixed.txt")
                      + " "
                      + attribute(d)
                      + "' > .gitattributes"),
          plain(
              "attribute.encoding",
              d ->
                  "echo '*.u16 text working-tree-encoding=UTF-16' >> .gitattributes; "
                      + d.any(
                          "printf '\\377\\376a\\000\\n\\000' > x.u16",
                          "printf 'not utf16' > x.u16",
                          "printf 'odd' > x.u16")),
          plain("attribute.taken-away", "rm -f .gitattributes sub/.gitattributes"),
          plain(
              "attribute.ident",
              d ->
                  "echo '*.id ident' >> .gitattributes; printf '$Id$ "
                      + d.text()
                      + "\\n$Id: abc $\\n' > v.id"),
          plain(
              "attribute.kept-by-users-filter",
              d ->
                  "echo '*.big filter=keep -text' >> .gitattributes; "
                      + d.content()
                      + " > new.big"),
          plain(
              "attribute.file-of-filter",
              d -> d.content() + " > " + d.any("base.big", "other.big")),
          plain(
              "attribute.pointer-itself",
              "echo '*.big filter=keep -text' >> .gitattributes; echo 'pointer of another' > raw.big"),
          plain(
              "attribute.line-ends",
              d -> d.content() + " > " + d.any("unix.lf", "dos.crlf", "auto.txt")),
          odd(
              "attribute.evil-filter",
              d ->
                  "echo '* filter=evil diff=evil merge=evil' > .gitattributes; git config filter.evil.clean $P; git config filter.evil.smudge $P; git config diff.evil.command $P; git config diff.evil.textconv $P; git config merge.evil.driver $P; "
                      + d.content()
                      + " > e1"),
          odd(
              "attribute.evil-process",
              d ->
                  "echo '*.txt filter=evil' > .gitattributes; git config filter.evil.process $P; git config filter.evil.required true; "
                      + d.content()
                      + " > e2.txt"),
          odd(
              "attribute.info-attributes",
              d ->
                  "mkdir -p $C/info; echo '* filter=evil diff=evil"
                      + d.any("", " -text", " eol=crlf")
                      + "' > $C/info/attributes; git config filter.evil.clean $P; git config filter.evil.smudge $P; git config diff.evil.textconv $P; "
                      + d.content()
                      + " > e3"),
          odd(
              "attribute.attributes-file",
              d ->
                  "echo '* filter=evil' > $X/attributes; git config core.attributesFile $X/attributes; git config filter.evil.clean $P; git config filter.evil.smudge $P; "
                      + d.content()
                      + " > e4"),
          odd(
              "attribute.users-filter-overridden",
              d ->
                  "git config filter.keep.clean $P; git config filter.keep.smudge $P; git config filter.keep.process $P; echo '*.big filter=keep' >> .gitattributes; "
                      + d.content()
                      + " > base.big"));

  private AttributeKinds() {}

  private static String attribute(Dice dice) {
    return dice.any(
        "-text",
        "text",
        "text=auto",
        "eol=crlf",
        "eol=lf",
        "text eol=crlf",
        "binary",
        "ident",
        "filter=unknown",
        "filter=keep",
        "working-tree-encoding=UTF-16LE-BOM",
        "-diff",
        "diff=java",
        "whitespace=fix",
        "merge=union",
        "crlf",
        "-crlf",
        "export-ignore",
        "conflict-marker-size=3");
  }
}

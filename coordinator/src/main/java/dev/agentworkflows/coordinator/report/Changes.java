package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.KeptWorktree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What isolated calls changed: to be looked at, and taken over by a person. */
final class Changes {

  /** Each costs a look by git, a few hundredths of a second. */
  private static final int MAX_DIFFS = 50;

  private static final int ALL_DIFFS = 1_000_000;
  private static final int MAX_CHANGES = 500;

  /** Bytes after which diffs are left out: their markup is larger than they are. */
  private static final int MAX_SECTION = 1_500_000;

  private static final int MAX_DIFF = 100_000;

  private final Html html;
  private final ReportSources sources;
  private final PageKind kind;

  Changes(Html html, ReportSources sources, PageKind kind) {
    this.html = html;
    this.sources = sources;
    this.kind = kind;
  }

  /** Of calls that worked in one worktree the last, whose changes are the sum of them all. */
  static List<CallRecord> of(List<CallRecord> calls) {
    Map<String, CallRecord> byWorktree = new LinkedHashMap<>();
    calls.stream()
        .filter(call -> !call.worktree().changedFiles().isEmpty())
        .forEach(call ->
            byWorktree.put(
                call.worktree().path() == null ? call.id() : call.worktree().path(), call));
    return List.copyOf(byWorktree.values());
  }

  void write(List<CallRecord> changing) {
    html.leaf("p", "Nothing is merged by itself: look at each, then take it over with apply.");
    int longest = Math.min(MAX_DIFF, ALL_DIFFS / Math.min(MAX_DIFFS, changing.size()));
    int began = html.bytes();
    for (int i = 0; i < Math.min(MAX_CHANGES, changing.size()); i++) {
      CallRecord call = changing.get(i);
      html.open("details", "class", "change", "data-call", kind.id(call)).open("summary");
      KeptWorktree worktree = call.worktree();
      html.leaf("b", "#" + CallNames.numbered(call.identity()));
      html.text(" " + Figures.count(worktree.changedFiles().size(), "file") + " ");
      html.leaf("span", String.join(", ", worktree.changedFiles()), "class", "files");
      html.close("summary").newLine();
      html.open("dl").leaf("dt", "Branch");
      html.leaf("dd", worktree.branch() == null ? Figures.UNKNOWN : worktree.branch());
      html.leaf("dt", "Files").leaf("dd", String.join(", ", worktree.changedFiles())).close("dl");
      html.pre(
          "owf diff %s\nowf apply %s".formatted(call.id(), call.id()),
          VisibleText.MAX_BLOCK,
          "class",
          "command");
      if (kind == PageKind.LIVE) {
        html.open("div", "class", "diff-of").close("div");
      } else if (i < MAX_DIFFS && html.bytes() - began < MAX_SECTION) {
        diff(html, sources.diff(call), longest, call);
      }
      html.close("details").newLine();
    }
    if (changing.size() > MAX_CHANGES) {
      html.open("p", "class", "note");
      html.text("And " + Figures.number(changing.size() - MAX_CHANGES) + " more: ");
      html.leaf("code", "owf calls " + changing.get(0).identity().runId()).close("p").newLine();
    }
  }

  /** What one call changed. */
  static void diff(Html html, CallDiff diff, int longest, CallRecord call) {
    if (diff instanceof CallDiff.None none) {
      html.leaf("p", none.why(), "class", "note").newLine();
    } else if (diff instanceof CallDiff.Text text) {
      DiffView.write(html, text.patch(), longest);
      if (text.patch().length() > longest) {
        html.open("p", "class", "note").text(CallCard.cutNote(text.patch(), longest) + " ");
        html.text("All of it: ").leaf("code", "owf diff " + call.id()).close("p").newLine();
      }
    }
  }
}

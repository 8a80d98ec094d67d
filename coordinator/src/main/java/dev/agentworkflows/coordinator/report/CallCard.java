package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.call.TriedProvider;
import dev.agentworkflows.coordinator.report.ReportSources.TextLinks;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import dev.agentworkflows.store.CallUsage;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One call in a list: a line that unfolds to all there is to say. */
final class CallCard {

  private final Html html;
  private final CallRecord call;
  private final @Nullable CacheReason reason;

  CallCard(Html html, CallRecord call, @Nullable CacheReason reason) {
    this.html = html;
    this.call = call;
    this.reason = reason;
  }

  /** The line, and the beginning of what it unfolds to. */
  CallCard begin(PageKind kind) {
    CallIdentity identity = call.identity();
    CallStyle style = CallStyle.of(call);
    html.open("details", "class", "call " + style.word(), "data-call", kind.id(call));
    html.open("summary");
    html.leaf("span", Integer.toString(identity.index()), "class", "no");
    html.open("span", "class", "state").leaf("span", "", "class", "mark " + style.word());
    html.text(CallStyle.word(call)).close("span");
    html.leaf("span", identity.label() == null ? call.id() : identity.label(), "class", "label");
    html.leaf("span", identity.phase() == null ? "" : identity.phase(), "class", "ph");
    html.leaf("span", Breakdown.model(call), "class", "model");
    html.leaf("span", tokens(), "class", "tok");
    html.leaf("span", cost(), "class", "cost");
    html.leaf(
        "span", Figures.duration(Duration.ofMillis(call.attempts().durationMs())), "class", "time");
    html.close("summary");
    // The target of links lies inside, so that browsers unfold the call that is asked for.
    html.open("div", "class", "body", "id", "c" + identity.index());
    return this;
  }

  private String tokens() {
    CallUsage usage = call.usage();
    return call.cache().status() == dev.agentworkflows.store.CacheStatus.HIT
            || (usage.inputTokens() == null && usage.outputTokens() == null)
        ? ""
        : Figures.tokens(usage.inputTokens()) + " → " + Figures.tokens(usage.outputTokens());
  }

  private String cost() {
    return call.cache().status() == dev.agentworkflows.store.CacheStatus.HIT
            || call.usage().estimatedCostUsd() == null
        ? ""
        : Figures.cost(call.usage().estimatedCostUsd());
  }

  /** What is known of the call besides its texts. */
  CallCard facts() {
    CallUsage usage = call.usage();
    html.newLine().open("dl");
    fact("Call", call.id());
    fact("Cache", call.cache().status().label() + (reason == null ? "" : ": " + reason.reason()));
    if (call.waiting() != null) {
      fact(
          "Waits for", call.waiting().reason() + ", since " + Figures.time(call.waiting().since()));
    }
    for (TriedProvider tried : TriedProvider.of(call.progress().triedJson())) {
      fact("Could not answer", VisibleText.line(tried.text(), VisibleText.MAX_BLOCK));
    }
    if (call.attempts().count() > 1) {
      fact("Attempts", Figures.number(call.attempts().count()));
    }
    if (call.attempts().queueMs() > 0) {
      fact("Waited", Figures.duration(Duration.ofMillis(call.attempts().queueMs())));
    }
    if (call.asked().agentType() != null) {
      fact("Agent type", call.asked().agentType());
    }
    if (usage.cacheReadTokens() != null || usage.cacheWriteTokens() != null) {
      fact(
          "Provider's cache",
          "%s tokens read, %s written"
              .formatted(
                  Figures.tokens(usage.cacheReadTokens()),
                  Figures.tokens(usage.cacheWriteTokens())));
    }
    if (call.validation().errorsJson() != null) {
      fact("Answer against schema", call.validation().errorsJson());
    }
    if (!call.worktree().changedFiles().isEmpty()) {
      fact("Changed files", String.join(", ", call.worktree().changedFiles()));
    }
    html.close("dl").newLine();
    if (call.error() != null) {
      html.leaf("h3", "Error");
      html.pre(call.error(), VisibleText.MAX_BLOCK, "class", "error");
    }
    return this;
  }

  private void fact(String name, String value) {
    html.leaf("dt", name).leaf("dd", value);
  }

  /**
   * Prompt and answer.
   *
   * @param longest after so many characters each is cut
   * @param links to the whole texts; empty where there is no file to link to
   */
  CallCard texts(CallTexts texts, int longest, Optional<TextLinks> links) {
    text("Prompt", texts.prompt(), longest, links.map(TextLinks::prompt), " --prompt");
    if (texts.text() != null) {
      text("Answer", texts.text(), longest, links.flatMap(TextLinks::answer), "");
    }
    return this;
  }

  /** Says where the texts are that the page has no room for. */
  CallCard textsLeftOut() {
    html.open("p", "class", "note").text("Not in this page. Prompt and answer: ");
    html.leaf("code", "owf cat " + call.id() + " --prompt").text(" and ");
    html.leaf("code", "owf cat " + call.id()).close("p").newLine();
    return this;
  }

  private void text(String name, String text, int longest, Optional<String> link, String option) {
    html.leaf("h3", name);
    html.pre(text, longest, "tabindex", "0");
    if (text.length() > longest) {
      html.open("p", "class", "note").text(cutNote(text, longest) + " ");
      if (link.isPresent()) {
        html.leaf("a", "Open the whole text", "href", link.get());
      } else {
        html.text("All of it: ").leaf("code", "owf cat " + call.id() + option);
      }
      html.close("p").newLine();
    }
  }

  static String cutNote(String text, int longest) {
    return "Cut: %s of %s characters are shown."
        .formatted(Figures.number(longest), Figures.number(text.length()));
  }

  void end() {
    html.close("div").close("details").newLine();
  }
}

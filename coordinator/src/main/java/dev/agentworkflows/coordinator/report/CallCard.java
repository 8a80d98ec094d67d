package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.call.TriedProvider;
import dev.agentworkflows.coordinator.report.ReportSources.TextLinks;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
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
    CallStyle style = CallStyle.of(call);
    html.open("details", "class", "call " + style.word(), "data-call", kind.id(call));
    html.open("summary");
    html.leaf("span", Integer.toString(call.callIndex()), "class", "no");
    html.open("span", "class", "state").leaf("span", "", "class", "mark " + style.word());
    html.text(CallStyle.word(call)).close("span");
    html.leaf("span", call.label() == null ? call.id() : call.label(), "class", "label");
    html.leaf("span", call.phase() == null ? "" : call.phase(), "class", "ph");
    html.leaf("span", Breakdown.model(call), "class", "model");
    html.leaf("span", tokens(), "class", "tok");
    html.leaf("span", cost(), "class", "cost");
    html.leaf("span", Figures.duration(Duration.ofMillis(call.durationMs())), "class", "time");
    html.close("summary");
    // The target of links lies inside, so that browsers unfold the call that is asked for.
    html.open("div", "class", "body", "id", "c" + call.callIndex());
    return this;
  }

  private String tokens() {
    return call.cacheStatus() == dev.agentworkflows.store.CacheStatus.HIT
            || (call.inputTokens() == null && call.outputTokens() == null)
        ? ""
        : Figures.tokens(call.inputTokens()) + " → " + Figures.tokens(call.outputTokens());
  }

  private String cost() {
    return call.cacheStatus() == dev.agentworkflows.store.CacheStatus.HIT
            || call.estimatedCostUsd() == null
        ? ""
        : Figures.cost(call.estimatedCostUsd());
  }

  /** What is known of the call besides its texts. */
  CallCard facts() {
    html.newLine().open("dl");
    fact("Call", call.id());
    fact("Cache", call.cacheStatus().label() + (reason == null ? "" : ": " + reason.reason()));
    if (call.waiting() != null) {
      fact(
          "Waits for", call.waiting().reason() + ", since " + Figures.time(call.waiting().since()));
    }
    for (TriedProvider tried : TriedProvider.of(call.progress().triedJson())) {
      fact("Could not answer", VisibleText.line(tried.text(), VisibleText.MAX_BLOCK));
    }
    if (call.attempts() > 1) {
      fact("Attempts", Figures.number(call.attempts()));
    }
    if (call.queueMs() > 0) {
      fact("Waited", Figures.duration(Duration.ofMillis(call.queueMs())));
    }
    if (call.agentType() != null) {
      fact("Agent type", call.agentType());
    }
    if (call.cacheReadTokens() != null || call.cacheWriteTokens() != null) {
      fact(
          "Provider's cache",
          "%s tokens read, %s written"
              .formatted(
                  Figures.tokens(call.cacheReadTokens()), Figures.tokens(call.cacheWriteTokens())));
    }
    if (call.validationErrorsJson() != null) {
      fact("Answer against schema", call.validationErrorsJson());
    }
    if (!call.changedFiles().isEmpty()) {
      fact("Changed files", String.join(", ", call.changedFiles()));
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

package dev.agentworkflows.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DiffViewTest {

  @Test
  void linesAreToldApartByWhatTheyAre() {
    Html html = new Html();
    DiffView.write(
        html,
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n--- removed\n+++ added\n",
        10_000);

    assertThat(html.toString())
        .contains("<span class=\"df\">diff --git a/x b/x\n--- a/x\n+++ b/x\n</span>")
        .contains("<span class=\"dh\">@@ -1,2 +1,2 @@\n</span> same\n")
        .contains("<span class=\"dr\">--- removed\n</span><span class=\"da\">+++ added\n</span>");
  }

  @Test
  void whatAFileHoldsStaysText() {
    Html html = new Html();
    DiffView.write(html, "@@ -0,0 +1 @@\n+<script>\u202e\u001b[31m&</script>\n", 10_000);

    assertThat(html.toString()).contains("+&lt;script&gt;\\u202e␛[31m&amp;&lt;/script&gt;\n");
  }
}

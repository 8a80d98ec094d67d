package dev.agentworkflows.coordinator.report;

import static dev.agentworkflows.coordinator.testing.Records.call;
import static dev.agentworkflows.coordinator.testing.Records.event;
import static dev.agentworkflows.coordinator.testing.Records.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.CallTexts;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.testkit.Generated;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {

  private static final String HOSTILE =
      "</pre></td><script>alert('x' & \"y\")</script>| a | b |\n| - | - |\n```\n````\n# head\n"
          + "![i](http://e.org) [l](javascript:1) <img src=x> `c` **b** _i_ ~s~ \u001b[31m \ud800 \\|";

  private static final ReportedRun FAILED =
      new ReportedRun(
          run("run_1").status(RunStatus.FAILED).error("no luck").build(),
          List.of(
              call("run_1", 1).label("search").build(),
              call("run_1", 2).cache(CacheStatus.HIT).build(),
              call("run_1", 3)
                  .label("judge")
                  .status(CallStatus.PROVIDER_FAILED)
                  .error("429 from upstream")
                  .build(),
              call("run_1", 4).cache(CacheStatus.BYPASSED).changedFiles("src/a b.py").build()),
          List.of(event("run_1", 1, "phase", "search"), event("run_1", 2, "log", "found")),
          null,
          "Traceback (most recent call last):\n  ValueError: no luck",
          id -> new CallTexts("prompt of " + id, "answer of " + id, null, null));

  @Test
  void aReportTellsWhatWentWrongBeforeWhatWentWell() throws Exception {
    assertThat(markdown(FAILED))
        .containsSubsequence(
            "# hello: failed",
            "- **Run:** run_1",
            "- **Took:** 1 min 23 s",
            "- **Calls:** 4 calls: 2 done, 1 cached, 1 failed",
            "- **Tokens:** 300 in, 60 out",
            "## How to go on",
            "owf resume run_1\n",
            "## Error",
            "no luck",
            "Traceback (most recent call last):\n  ValueError: no luck",
            "## Failed calls",
            "**3 judge (run_1_call_0003): provider_failed**",
            "429 from upstream",
            "## Tokens and cost",
            "| fake / fake | 4 | 2 | 1 | 1 | 300 | 60 | \\$0.0375 | 3.7 s |",
            "## Phases",
            "| search | 4 | 2 | 1 | 1 | 300 | 60 | \\$0.0375 | 3.7 s |",
            "## Changes to review",
            "owf diff run_1_call_0004\n",
            "src/a b.py",
            "## Calls",
            "| 1 | search | search | done | miss | fake | fake | 100 | 20 | \\$0.0125 | 1.2 s |",
            "## Events",
            "| 2 | 2.0 s | log | search | found | {\"n\":1} |",
            "## Prompts and answers",
            "prompt of run_1_call_0001",
            "answer of run_1_call_0004");
  }

  @Test
  void aRunThatIsDoneShowsItsOutputAndNoWayOn() throws Exception {
    ReportedRun done =
        new ReportedRun(run("run_1").build(), List.of(), List.of(), "{\"a\":1}", null, id -> null);

    assertThat(markdown(done))
        .contains("# hello: done", "## Output", "{\"a\":1}")
        .doesNotContain("resume", "## Error", "## Failed calls", "## Calls", "## Events");
  }

  @Test
  void aSummaryIsTheFirstPageAlone() throws Exception {
    StringBuilder summary = new StringBuilder();
    RunSummary.write(FAILED, summary);

    assertThat(summary)
        .contains("# hello: failed", "## Failed calls", "## Changes to review")
        .doesNotContain("## Calls", "## Events", "prompt of");
  }

  @Test
  void markdownKeepsHostileTextInItsPlace() throws Exception {
    String report = markdown(hostile());
    List<String> prose = new ArrayList<>();
    String fence = "";
    for (String line : report.split("\n", -1)) {
      if (fence.isEmpty() && line.startsWith("```")) {
        fence = line.replace("text", "");
      } else if (line.equals(fence)) {
        fence = "";
      } else if (fence.isEmpty()) {
        prose.add(line);
      }
    }

    assertThat(fence).as("every fence is closed").isEmpty();
    assertThat(prose).noneMatch(line -> line.matches(".*[<>\u001b\ud800].*"));
    assertThat(prose).noneMatch(line -> line.matches(".*(?<!\\\\)(\\[|`|~).*"));
    assertThat(prose.stream().filter(line -> line.startsWith("#")))
        .allMatch(line -> line.matches("#{1,2} (\\w|&lt;).*"));
    assertThat(barsInRows(prose))
        .as("three, six, nine and eleven columns")
        .containsExactly(4, 7, 10, 12);
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(report)).isTrue();
  }

  /** How many bars that are not escaped the lines of the tables have. */
  private static List<Integer> barsInRows(List<String> prose) {
    TreeSet<Integer> counts = new TreeSet<>();
    prose.stream()
        .filter(line -> line.startsWith("|"))
        .map(line -> line.replace("\\\\", "").replace("\\|", ""))
        .forEach(line -> counts.add((int) line.chars().filter(c -> c == '|').count()));
    return List.copyOf(counts);
  }

  @Test
  void htmlKeepsHostileTextInItsPlace() throws Exception {
    Document page = parsed(html(hostile()));
    TreeSet<String> elements = new TreeSet<>();
    NodeList all = page.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      elements.add(all.item(i).getNodeName());
    }

    assertThat(elements).doesNotContain("script", "img", "iframe", "object", "base", "form");
    assertThat(errors(page).get(0))
        .contains("</pre></td><script>alert('x' & \"y\")</script>", "\n```\n", "␛[31m \\ud800");
    for (int i = 0; i < all.getLength(); i++) {
      NamedNodeMap attributes = all.item(i).getAttributes();
      for (int j = 0; j < attributes.getLength(); j++) {
        assertThat(attributes.item(j).getNodeName()).doesNotStartWith("on").isNotEqualTo("style");
      }
    }
  }

  private static List<String> errors(Document page) {
    List<String> errors = new ArrayList<>();
    NodeList texts = page.getElementsByTagName("pre");
    for (int i = 0; i < texts.getLength(); i++) {
      if (((Element) texts.item(i)).getAttribute("class").equals("error")) {
        errors.add(texts.item(i).getTextContent());
      }
    }
    return errors;
  }

  @Test
  void everyLinkOfAPageLeadsToSomethingInIt() throws Exception {
    Document page = parsed(html(FAILED));
    List<String> ids = new ArrayList<>();
    List<String> links = new ArrayList<>();
    NodeList all = page.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (element.hasAttribute("id")) {
        ids.add(element.getAttribute("id"));
      }
      if (element.hasAttribute("href")) {
        links.add(element.getAttribute("href").substring(1));
      }
    }

    assertThat(ids).doesNotHaveDuplicates().containsAll(links);
    assertThat(links).contains("c1", "c4", "timeline", "calls");
  }

  @Test
  void htmlIsOneFileThatLoadsNothing() throws Exception {
    String report = html(FAILED);
    Document page = parsed(report);

    assertThat(report).startsWith("<!DOCTYPE html>\n").contains("prefers-color-scheme: dark");
    assertThat(report).doesNotContain("src=", "http:", "https:", "@import", "<script", " style=");
    assertThat(page.getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("hello: failed");
    assertThat(((Element) page.getElementsByTagName("meta").item(1)).getAttribute("content"))
        .startsWith("default-src 'none'; style-src 'sha256-")
        .doesNotContain("unsafe");
  }

  @Test
  void aRunThatGoesOnHasSpentWhatItsCallsDid() throws Exception {
    ReportedRun running =
        new ReportedRun(
            run("run_1").status(RunStatus.RUNNING).build(),
            List.of(call("run_1", 1).build(), call("run_1", 2).build()),
            List.of(),
            null,
            null,
            id -> null);

    assertThat(html(running))
        .contains("<strong>240</strong>", "<strong>$0.0250</strong>")
        .contains("owf cancel run_1");
  }

  @Test
  void longTextsAreCutWithANote() throws Exception {
    ReportedRun run =
        new ReportedRun(
            run("run_1").build(),
            List.of(call("run_1", 1).build()),
            List.of(),
            null,
            null,
            id -> new CallTexts("p".repeat(53_211), null, null, null));

    assertThat(markdown(run))
        .contains("p".repeat(2_000) + "\n", "Cut: 2,000 of 53,211 characters are shown.")
        .doesNotContain("p".repeat(2_001));
    assertThat(html(run))
        .contains("p".repeat(20_000) + "<", "Cut: 20,000 of 53,211 characters are shown.")
        .contains("owf cat run_1_call_0001 --prompt");
  }

  @Test
  void aReportOfManyCallsAsksForFewTexts() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    List<CallRecord> calls =
        IntStream.rangeClosed(1, 20_000)
            .mapToObj(i -> call("run_1", i).status(CallStatus.FAILED).error("e" + i).build())
            .toList();
    ReportedRun run =
        new ReportedRun(
            run("run_1").build(),
            calls,
            List.of(),
            null,
            null,
            id -> {
              asked.incrementAndGet();
              return null;
            });

    String report = markdown(run);

    assertThat(asked).as("texts").hasValueLessThanOrEqualTo(100);
    assertThat(report.length()).isLessThan(65_536);
    assertThat(report)
        .contains("Left out here for want of room: ", " of 20,000. All of them:", "owf calls run_1")
        .contains("**1 (run_1_call_0001): failed**");
  }

  @Test
  void aReportKeepsFailuresBeforeSuccesses() throws Exception {
    List<CallRecord> calls =
        IntStream.rangeClosed(1, 3_000)
            .mapToObj(i ->
                call("run_1", i)
                    .label("call " + i + " " + "x".repeat(200))
                    .status(i % 100 == 0 ? CallStatus.FAILED : CallStatus.DONE)
                    .error(i % 100 == 0 ? "refused " + i : null)
                    .build())
            .toList();

    String report =
        markdown(
            new ReportedRun(
                run("run_1").build(),
                calls,
                List.of(),
                null,
                null,
                id -> new CallTexts("p".repeat(3_000), "a".repeat(3_000), null, null)));

    assertThat(report.length()).isLessThan(65_536);
    for (int failed = 100; failed <= 3_000; failed += 100) {
      assertThat(report).contains("refused " + failed + "\n");
    }
    assertThat(report.indexOf("| 3000 |")).as("a row of a failure").isPositive();
    assertThat(report).doesNotContain("| 2999 |");
  }

  @Test
  void aReportOfWhateverLengthIsWithinItsBounds() throws Exception {
    long seed = Generated.seed();
    Random random = new Random(seed);
    for (int round = 0; round < Generated.count(10); round++) {
      ReportedRun run = random(random);
      String report = markdown(run);
      assertThat(report.length()).as("seed " + seed + " round " + round).isLessThan(65_536);
      assertThat(report.split("```", -1).length % 2).as("fences of seed " + seed).isEqualTo(1);
      assertThat(html(run).getBytes(StandardCharsets.UTF_8).length)
          .as("seed " + seed + " round " + round)
          .isLessThan(10_000_000);
    }
  }

  private static ReportedRun random(Random random) {
    int count = random.nextInt(2_000);
    List<CallRecord> calls = new ArrayList<>();
    List<EventRecord> events = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      boolean failed = random.nextInt(4) == 0;
      calls.add(
          call("run_1", i)
              .label(text(random, 400))
              .phase(random.nextBoolean() ? null : text(random, 50))
              .status(failed ? CallStatus.FAILED : CallStatus.DONE)
              .error(failed ? text(random, 3_000) : null)
              .changedFiles(
                  random.nextInt(9) == 0 ? new String[] {text(random, 100)} : new String[0])
              .build());
      events.add(event("run_1", i, random.nextBoolean() ? "log" : "warning", text(random, 500)));
    }
    return new ReportedRun(
        run("run_1")
            .status(RunStatus.FAILED)
            .workflowName(text(random, 500))
            .error(text(random, 9_000))
            .build(),
        calls,
        events,
        random.nextBoolean() ? null : text(random, 9_000),
        random.nextBoolean() ? null : text(random, 9_000),
        id -> new CallTexts(text(random, 9_000), text(random, 9_000), null, null));
  }

  /** Of letters that grow when they are escaped, and of some that are many bytes. */
  private static String text(Random random, int longest) {
    String letters = random.nextBoolean() ? "<&\u202e\u001b*_|" : "plain texté€x";
    return letters.repeat(1 + random.nextInt(longest) / letters.length());
  }

  @Test
  void aPageOfManyCallsStaysSmallAndSaysWhatItLeavesOut() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    List<CallRecord> calls =
        IntStream.rangeClosed(1, 20_000)
            .mapToObj(i ->
                call("run_1", i)
                    .status(i > 19_900 ? CallStatus.FAILED : CallStatus.DONE)
                    .error(i > 19_900 ? "e" : null)
                    .build())
            .toList();
    ReportedRun run =
        new ReportedRun(
            run("run_1").build(),
            calls,
            List.of(),
            null,
            null,
            id -> {
              asked.incrementAndGet();
              return new CallTexts("p".repeat(1_000_000), "a".repeat(1_000_000), null, null);
            });

    String report = html(run);

    assertThat(asked).hasValueLessThanOrEqualTo(1_000);
    assertThat(report).hasSizeLessThan(10_000_000);
    int shown = report.split("<details class=\"call ", -1).length - 1;
    assertThat(shown).isBetween(3_000, 19_999);
    assertThat(report)
        .contains(Figures.number(20_000 - shown) + " calls are left out here", "owf export run_1");
    assertThat(report.substring(report.indexOf("id=\"c20000\"")))
        .as("failed calls are shown in full, wherever they are")
        .contains("p".repeat(1_500) + "<");
    assertThat(report).as("of the links to equal errors, the first").contains("and 88 more");
  }

  private static ReportedRun hostile() {
    return new ReportedRun(
        run("run_1").status(RunStatus.FAILED).workflowName(HOSTILE).error(HOSTILE).build(),
        List.of(
            call("run_1", 1)
                .label(HOSTILE)
                .phase(HOSTILE)
                .provider("fake", HOSTILE)
                .status(CallStatus.FAILED)
                .error(HOSTILE)
                .changedFiles(HOSTILE)
                .build()),
        List.of(event("run_1", 1, "log", HOSTILE)),
        HOSTILE,
        HOSTILE,
        id -> new CallTexts(HOSTILE, HOSTILE, null, null));
  }

  private static String markdown(ReportedRun run) throws IOException {
    StringBuilder out = new StringBuilder();
    MarkdownReport.write(run, out);
    return out.toString();
  }

  private static String html(ReportedRun run) throws IOException {
    StringBuilder out = new StringBuilder();
    HtmlReport.write(run, out);
    return out.toString();
  }

  /** The page is well-formed XML as well, so a strict parser can be its judge. */
  private static Document parsed(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }
}

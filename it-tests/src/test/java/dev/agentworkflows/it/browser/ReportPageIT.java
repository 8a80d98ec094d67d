package dev.agentworkflows.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.browser.Browser.Visit;
import dev.agentworkflows.it.isolation.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The HTML report as a reader has it before them. */
class ReportPageIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String HOSTILE =
      "</pre></script><script>document.title='pwned';fetch('http://127.0.0.1:9/x')</script>"
          + "<img src=x onerror=alert(1)> \" ' & \u202e txt \u001b[31m";

  private static final String WORKFLOW =
      """
      from workflows import agent, log, meta, parallel, phase
      meta(name="reviews", description="Reviews things.")
      HOSTILE = %s
      async def main(args):
          phase("look")
          def one(i):
              fake = {"delay_ms": 60 * i, "cost_usd": 0.01, "input_tokens": 10, "output_tokens": 5}
              if i == 3:
                  fake = {"error": "no luck " + HOSTILE}
              return lambda: agent(f"prompt {i}", label=f"item {i}", metadata={"fake": fake})
          await parallel([one(i) for i in range(6)])
          phase("write " + HOSTILE)
          await agent(HOSTILE + "x" * 1_000_000, label=HOSTILE, metadata={"fake": {"text": "answer " + HOSTILE}})
          log("said " + HOSTILE, data=HOSTILE)
          return HOSTILE
      """
          .formatted(Json.write(HOSTILE));

  /** The luminance contrast of every text that is seen with what lies behind it. */
  private static final String CONTRAST =
      """
      const poor = await page.evaluate(() => {
        const parse = color => color.match(/[\\d.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
          .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
        const behind = element => {
          for (let e = element; e; e = e.parentElement) {
            const color = parse(getComputedStyle(e).backgroundColor);
            if (color.length < 4 || color[3] === 1) return color;
          }
          return [255, 255, 255];
        };
        const poor = [];
        for (const element of document.querySelectorAll('body *')) {
          const text = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
          if (!text || !element.getClientRects().length || element.closest('svg')) continue;
          const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
          const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          if (ratio < 4.5) poor.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}: ${element.textContent.slice(0, 30)}`);
        }
        return poor;
      });
      """;

  private static Path report = Path.of("");

  @BeforeAll
  static void makeAReport() {
    owf.output(WORKFLOW);
    report = report("latest");
  }

  private static Path report(String run) {
    return Path.of(owf.json("report", run, "--html").get("path").stringValue());
  }

  private static Visit visit(String script) throws IOException, InterruptedException {
    return Browser.open().visit(report.toUri().toString(), script);
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void nothingIsLoadedAndNothingIsComplainedOf(String scheme) throws Exception {
    Visit visit =
        Browser.open()
            .visit(
                report.toUri().toString(),
                scheme,
                CONTRAST
                    + """
                    await page.locator('#calls summary').first().click();
                    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
                    return {poor, background, title: await page.title()};
                    """,
                Map.of());

    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.requests()).containsExactly("GET " + report.toUri());
    assertThat(visit.result().get("title").stringValue()).isEqualTo("reviews: done");
    assertThat(visit.result().get("poor")).as("texts with little contrast").isEmpty();
    assertThat(visit.result().get("background").stringValue())
        .isEqualTo(scheme.equals("dark") ? "rgb(14, 19, 26)" : "rgb(245, 246, 248)");
  }

  @Test
  void callsUnfoldByMouseAndByKeyboard() throws Exception {
    JsonNode seen =
        visit(
                """
                const call = n => page.locator('#calls details.call').nth(n);
                const before = await call(0).getByText('prompt 0').first().isVisible();
                await call(0).locator('summary').click();
                const clicked = await call(0).getByText('prompt 0', {exact: true}).first().isVisible();
                await call(1).locator('summary').focus();
                await page.keyboard.press('Enter');
                const typed = await call(1).getByText('prompt 1', {exact: true}).first().isVisible();
                await page.keyboard.press('Enter');
                return {before, clicked, typed, folded: !(await call(1).getByText('prompt 1', {exact: true}).first().isVisible())};
                """)
            .result();

    assertThat(Json.plain(seen))
        .isEqualTo(Map.of("before", false, "clicked", true, "typed", true, "folded", true));
  }

  @Test
  void aFailureLeadsToItsCallWhichUnfolds() throws Exception {
    JsonNode seen =
        visit(
                """
                await page.locator('#failures a[href="#c4"]').click();
                await page.locator('#c4').waitFor({state: 'visible'});
                return {
                  unfolded: await page.locator('details.call:has(#c4)').evaluate(e => e.open),
                  sections: await page.locator('main > section').evaluateAll(all => all.map(e => e.id)),
                };
                """)
            .result();

    assertThat(seen.get("unfolded").booleanValue()).isTrue();
    assertThat(seen.get("sections").get(0).stringValue())
        .as("what went wrong comes first")
        .isEqualTo("failures");
  }

  @Test
  void aFilterLeavesOneKindOfCalls() throws Exception {
    JsonNode seen =
        visit(
                """
                const shown = () => page.locator('#calls details.call:visible').count();
                const all = await shown();
                await page.locator('label', {hasText: 'failed'}).click();
                const failed = await shown();
                await page.locator('#show-failed').press('ArrowLeft');
                return [all, failed, await shown()];
                """)
            .result();

    assertThat(seen).isEqualTo(Json.read("[7, 1, 6]"));
  }

  @Test
  void hostileTextIsNothingButText() throws Exception {
    Visit visit =
        visit(
            """
            await page.evaluate(() => document.querySelectorAll('details').forEach(d => d.open = true));
            return {
              elements: await page.locator('script, img, iframe, object, embed, base').count(),
              acting: await page.evaluate(() => [...document.querySelectorAll('*')].flatMap(e =>
                [...e.attributes].filter(a => a.name.startsWith('on') || a.name === 'style').map(a => a.name))),
              prompt: (await page.locator('#c7 pre').first().innerText()),
              text: await page.locator('body').innerText(),
              wide: await page.evaluate(() => document.documentElement.scrollWidth > innerWidth),
            };
            """);

    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.requests()).hasSize(1);
    JsonNode seen = visit.result();
    assertThat(seen.get("elements").intValue()).isZero();
    assertThat(seen.get("acting")).isEmpty();
    assertThat(seen.get("wide").booleanValue()).as("a line of 1 MB makes the page wide").isFalse();
    assertThat(seen.get("prompt").stringValue())
        .startsWith(HOSTILE.replace("\u202e", "\\u202e").replace('\u001b', '\u241b') + "xxxx")
        .hasSizeLessThanOrEqualTo(20_010);
    assertThat(seen.get("text").stringValue()).doesNotContain("\u202e", "\u001b");
  }

  @Test
  void aTextThatIsCutHasALinkToAllOfIt() throws Exception {
    JsonNode seen =
        visit(
                """
                await page.locator('details.call:has(#c7)').evaluate(e => e.open = true);
                return await page.locator('#c7').getByText('Open the whole text').first().evaluate(a => a.href);
                """)
            .result();

    Path file = Path.of(java.net.URI.create(seen.stringValue()));
    assertThat(Files.readString(file)).startsWith(HOSTILE).hasSize(HOSTILE.length() + 1_000_000);
  }

  @Test
  void landmarksHeadingsAndTablesTellWhatTheyAre() throws Exception {
    JsonNode seen =
        visit(
                """
                return await page.evaluate(() => {
                  const levels = [...document.querySelectorAll('h1,h2,h3,h4')]
                    .filter(h => h.getClientRects().length).map(h => +h.tagName[1]);
                  return {
                    landmarks: ['header', 'nav[aria-label]', 'main', 'footer'].map(s => document.querySelectorAll(s).length),
                    h1: levels.filter(l => l === 1).length,
                    skipped: levels.some((l, i) => i && l > levels[i - 1] + 1),
                    unnamed: [...document.querySelectorAll('section')].filter(s => !document.getElementById(s.getAttribute('aria-labelledby'))).length,
                    tables: document.querySelectorAll('table').length,
                    headless: [...document.querySelectorAll('table')].filter(t => !t.querySelector('thead th[scope=col]')).length,
                    drawing: document.querySelector('.timeline svg').getAttribute('aria-label'),
                    language: document.documentElement.lang,
                  };
                });
                """)
            .result();

    assertThat(seen.get("landmarks")).isEqualTo(Json.read("[1, 1, 1, 1]"));
    assertThat(seen.get("h1").intValue()).isEqualTo(1);
    assertThat(seen.get("skipped").booleanValue()).as("levels of headings left out").isFalse();
    assertThat(seen.get("unnamed").intValue()).isZero();
    assertThat(seen.get("tables").intValue()).isGreaterThan(3);
    assertThat(seen.get("headless").intValue()).isZero();
    assertThat(seen.get("drawing").stringValue()).startsWith("Timeline of 7 calls in ");
    assertThat(seen.get("language").stringValue()).isEqualTo("en");
  }

  @Test
  void theFirstTabLeadsPastTheContents() throws Exception {
    JsonNode seen =
        visit(
                """
                await page.keyboard.press('Tab');
                const first = await page.evaluate(() => document.activeElement.textContent);
                await page.keyboard.press('Enter');
                return [first, await page.evaluate(() => location.hash)];
                """)
            .result();

    assertThat(seen).isEqualTo(Json.read("[\"Skip to the report\", \"#main\"]"));
  }

  @Test
  void onPaperItIsLightAndWithoutWhatCannotBeClicked() throws Exception {
    JsonNode seen =
        Browser.open()
            .visit(
                report.toUri().toString(),
                "dark",
                """
                await page.emulateMedia({media: 'print', colorScheme: 'dark'});
                return {
                  paper: await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
                  contents: await page.locator('nav').isVisible(),
                  calls: await page.locator('details.call:visible').count(),
                  pdf: (await page.pdf({format: 'A4'})).length,
                };
                """,
                Map.of())
            .result();

    assertThat(seen.get("paper").stringValue()).isEqualTo("rgb(255, 255, 255)");
    assertThat(seen.get("contents").booleanValue()).isFalse();
    assertThat(seen.get("calls").intValue()).isEqualTo(7);
    assertThat(seen.get("pdf").intValue()).isGreaterThan(10_000);
  }

  @Test
  void whatAnIsolatedCallChangedIsShownAsADiff() throws Exception {
    Project project = Project.repository(owf, "changes");
    Path script =
        owf.script(
            "changes.py",
            """
            from workflows import agent
            async def main(args):
                r = await agent("echo '<script>alert(1)</script>' >> a.txt; rm b.txt", isolation="worktree", label="edit")
                return r.require_ok().call_id
            """);
    Owf.Finished run =
        project
            .command("run", script.toString(), "--json", "--provider", "shell")
            .and("--workspace", project.top.toString())
            .run();
    assertThat(run.exitCode()).as(run.toString()).isZero();
    Path page = report(run.json().get("run_id").stringValue());

    Visit visit =
        Browser.open()
            .visit(
                page.toUri().toString(),
                """
                await page.locator('#changes summary').click();
                return {
                  added: await page.locator('#changes .diff .da').allInnerTexts(),
                  removed: await page.locator('#changes .diff .dr').allInnerTexts(),
                };
                """);

    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.result().get("added").toString()).contains("+<script>alert(1)</script>");
    assertThat(visit.result().get("removed").toString()).contains("-b");
  }

  @Test
  void aKeyInAnAgentsFileIsNotInTheReport() throws Exception {
    String key = "sk-planted-in-a-file-0123456789";
    Project project = Project.repository(owf, "keys");
    Path script =
        owf.script(
            "keys.py",
            """
            from workflows import agent
            async def main(args):
                await agent("printf 'sk-%%s' planted-in-a-file-0123456789 >> a.txt", isolation="worktree")
            """
                .replace("%%", "%"));
    Owf.Finished run =
        project
            .command("run", script.toString(), "--json", "--provider", "shell")
            .and("--workspace", project.top.toString())
            .run();
    assertThat(run.exitCode()).as(run.toString()).isZero();

    for (String form : new String[] {"--html", "--debug"}) {
      Owf.Finished report =
          owf.command("report", "latest", "--json", form).with("OPENAI_API_KEY", key).run();
      assertThat(Files.readString(Path.of(report.json().get("path").stringValue())))
          .contains("[redacted:OPENAI_API_KEY]")
          .doesNotContain(key);
    }
  }

  @Test
  void fiveThousandCallsAreStillAPage() throws Exception {
    owf.output(
        """
        from workflows import agent, parallel
        async def main(args):
            await parallel([lambda i=i: agent(f"prompt {i} " + "word " * 400, label=f"item {i}",
                metadata={"fake": {"error": "no"} if i % 50 == 0 else {}}) for i in range(5000)])
        """);
    Path page = report("latest");

    Visit visit =
        Browser.open()
            .visit(
                page.toUri().toString(),
                """
                const all = await page.locator('details.call').count();
                await page.locator('#failures a').first().click();
                await page.locator('#c1').waitFor({state: 'visible'});
                await page.locator('label', {hasText: 'failed'}).click();
                return {
                  all, failed: await page.locator('details.call:visible').count(),
                  shapes: await page.locator('.timeline svg *').count(),
                };
                """);

    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.requests()).hasSize(1);
    assertThat(visit.result().get("all").intValue()).isEqualTo(5_000);
    assertThat(visit.result().get("failed").intValue()).isEqualTo(100);
    assertThat(visit.result().get("shapes").intValue()).as("of the drawing").isLessThan(100);
    assertThat(Files.size(page)).isLessThan(9_000_000);
  }
}

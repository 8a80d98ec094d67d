package dev.agentworkflows.it.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.it.browser.Browser.Visit;
import dev.agentworkflows.it.isolation.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The web view as somebody has it before them who watches runs. */
class WebViewIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String HOSTILE =
      "</script><script>document.title='pwned'</script><img src=x onerror=alert(1)> \u202e \u001b[31m";

  private static final String FINISHED =
      """
      from workflows import agent, log, meta, phase
      H = %s
      meta(name="finished " + H)
      async def main(args):
          phase("only " + H)
          await agent("the prompt " + H, label="one " + H, metadata={"fake": {"text": "the answer " + H}})
          await agent("another", label="two", metadata={"fake": {"error": "no luck " + H}})
          log("said " + H)
          return H
      """
          .formatted(Json.write(HOSTILE));

  /** Goes on until files appear, so that a test has it in hand. */
  private static final String WATCHED =
      """
      import asyncio, pathlib, sys
      from workflows import agent, meta, phase
      meta(name="watched")
      gate = pathlib.Path(__file__).parent
      async def until(name):
          while not (gate / name).exists():
              await asyncio.sleep(.02)
      async def main(args):
          phase("first")
          await agent("first", label="early")
          await until("go-1")
          phase("second")
          await agent("second", label="late", metadata={"fake": {"error": "too late"}})
          await until("go-2")
          return "over"
      """;

  private static String address = "";
  private static String finished = "";

  @BeforeAll
  static void open() {
    finished = owf.runScript(FINISHED).json().get("run_id").stringValue();
    OwfProcess ui = owf.command("ui", "--json").start().awaitOutput("\"home\"");
    ui.awaitOutput("}");
    address = Json.read(ui.output()).get("url").stringValue();
  }

  private static Visit visit(String script, Map<String, String> args) throws Exception {
    return Browser.open().visit(address, "light", script, args);
  }

  private static Visit visit(String script) throws Exception {
    return visit(script, Map.of("run", finished, "state", owf.directory().toString()));
  }

  @Test
  void theListLeadsToARunAndItsCallsUnfold() throws Exception {
    Visit visit =
        visit(
            """
            await page.locator('.runs a[href="#/run/' + args.run + '"]').click();
            const call = page.locator('.calls details.call').first();
            await call.locator('summary').click();
            await call.getByText('the answer').waitFor();
            await page.locator('#failures a').first().click();
            await page.locator('#c2').getByText('no luck').first().waitFor();
            return {
              sections: await page.locator('main > section').evaluateAll(all => all.map(e => e.id)),
              heading: await page.locator('h1').innerText(),
              address: await page.evaluate(() => location.href),
              end: await page.locator('button.danger:visible').count(),
            };
            """);

    assertThat(visit.complaints()).isEmpty();
    JsonNode seen = visit.result();
    assertThat(Json.plain(seen.get("sections")))
        .isEqualTo(
            List.of(
                "failures",
                "timeline",
                "phases",
                "cost",
                "cache",
                "output",
                "calls",
                "events",
                "resume",
                "about"));
    assertThat(seen.get("heading").stringValue()).startsWith("finished ").contains("done");
    assertThat(seen.get("end").intValue()).as("a run that is over can't be ended").isZero();
    String site = address.substring(0, address.indexOf("/#"));
    assertThat(seen.get("address").stringValue()).isEqualTo(site + "/#/run/" + finished);
    assertThat(visit.requests())
        .allSatisfy(request -> assertThat(request).matches("\\w+ " + site + "/.*"))
        .noneMatch(request -> request.contains(address.substring(address.indexOf('=') + 1)));
  }

  @Test
  void hostileTextIsNothingButText() throws Exception {
    Visit visit =
        visit(
            """
            await page.goto(page.url().replace(/#.*/, '#/run/' + args.run));
            await page.locator('.calls details.call').nth(1).waitFor();
            for (const summary of await page.locator('.calls summary').all()) await summary.click();
            await page.getByText('the answer').waitFor();
            return {
              elements: await page.locator('main script, main img, main iframe').count(),
              acting: await page.evaluate(() => [...document.querySelectorAll('*')].flatMap(e =>
                [...e.attributes].filter(a => a.name.startsWith('on')).map(a => a.name))),
              text: await page.locator('body').innerText(),
              title: await page.title(),
            };
            """);

    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.result().get("elements").intValue()).isZero();
    assertThat(visit.result().get("acting")).isEmpty();
    assertThat(visit.result().get("title").stringValue()).isNotEqualTo("pwned");
    assertThat(visit.result().get("text").stringValue())
        .contains(
            "the answer </script><script>document.title='pwned'</script><img src=x", "\\u202e")
        .doesNotContain("\u202e", "\u001b");
  }

  @Test
  void aRunIsSeenWhileItGoesOn() throws Exception {
    Path gate = Files.createDirectories(owf.directory().resolve("watched"));
    Path script = Owf.write(gate.resolve("watched.py"), WATCHED);
    OwfProcess run = owf.command("run", script.toString(), "--json").start();

    Visit visit =
        visit(
            """
            const fs = require('fs');
            await page.getByRole('link', {name: 'watched'}).click();
            const call = page.locator('.calls details.call').first();
            await call.waitFor();
            await call.locator('summary').click();
            await call.locator('pre').first().waitFor();
            const before = {status: await page.locator('h1 .status').innerText(), calls: await page.locator('.calls details.call').count()};
            fs.writeFileSync(args.gate + '/go-1', '');
            await page.locator('#failures').getByText('too late').waitFor();
            await page.locator('.calls details.call').nth(1).waitFor();
            const between = {
              calls: await page.locator('.calls details.call').count(), open: await call.evaluate(e => e.open),
              first: await page.locator('main > section').first().getAttribute('id'),
            };
            fs.writeFileSync(args.gate + '/go-2', '');
            await page.locator('h1 .status.done').waitFor();
            await page.locator('#output').getByText('over').waitFor();
            return {before, between, end: await page.locator('button.danger:visible').count()};
            """,
            Map.of("gate", gate.toString()));

    assertThat(run.finish().exitCode()).isZero();
    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.result())
        .isEqualTo(
            Json.read(
                """
                {"before": {"status": "running", "calls": 1},
                 "between": {"calls": 2, "open": true, "first": "failures"}, "end": 0}
                """));
  }

  @Test
  void tenTabsShareOneConnectionAndAllOfThemGoOn() throws Exception {
    Path gate = Files.createDirectories(owf.directory().resolve("ten-tabs"));
    Path script =
        Owf.write(gate.resolve("tabs.py"), WATCHED.replace("\"watched\"", "\"ten tabs\""));
    OwfProcess run = owf.command("run", script.toString(), "--json").start();

    Visit visit =
        visit(
            """
            const fs = require('fs');
            await page.getByRole('link', {name: 'ten tabs'}).click();
            await page.locator('.calls details.call').first().waitFor();
            const at = page.url();
            const pages = [page];
            for (let i = 1; i < 10; i++) {
              const tab = await context.newPage();
              await tab.goto(args.address);
              await tab.goto(i % 2 ? at : at.replace(/#.*/, '#/'));
              pages.push(tab);
            }
            for (const [i, tab] of pages.entries()) {
              if (i % 2 || !i) await tab.locator('.calls details.call').first().waitFor();
              else await tab.locator('.runs').waitFor();
            }
            fs.writeFileSync(args.gate + '/go-1', '');
            for (const [i, tab] of pages.entries()) {
              if (i % 2 || !i) await tab.locator('#failures').getByText('too late').waitFor();
            }
            // The one who reads for all of them leaves: another one takes over.
            await page.close();
            // A request of its own still finds a connection.
            const last = pages[9];
            await last.locator('.calls details.call').first().locator('summary').click();
            await last.locator('.calls pre').first().waitFor();
            // Who is hidden asks for nothing, and sees all of it when it is shown again.
            const hide = (tab, hidden) => tab.evaluate(hidden => {
              Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
              document.dispatchEvent(new Event('visibilitychange'));
            }, hidden);
            await hide(pages[1], true);
            await hide(pages[3], true);
            fs.writeFileSync(args.gate + '/go-2', '');
            for (const i of [5, 7, 9]) await pages[i].locator('h1 .status.done').waitFor();
            const hidden = await pages[3].locator('h1 .status').innerText();
            await hide(pages[3], false);
            await pages[3].locator('h1 .status.done').waitFor();
            return hidden;
            """,
            Map.of("gate", gate.toString(), "address", address));

    assertThat(run.finish().exitCode()).isZero();
    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.result().stringValue()).as("what a hidden tab shows").isEqualTo("running");
  }

  @Test
  void aSilentConnectionIsNoticedInEachTabAndMended() throws Exception {
    OwfProcess ui = owf.command("ui", "--json").start().awaitOutput("\"home\"");
    ui.awaitOutput("}");

    Visit visit =
        Browser.open()
            .visit(
                Json.read(ui.output()).get("url").stringValue(),
                "light",
                """
                context.setDefaultTimeout(40_000);
                await page.locator('.runs').waitFor();
                const other = await context.newPage();
                await other.goto(args.address);
                await other.locator('.runs').waitFor();
                process.kill(Number(args.pid), 'SIGSTOP');
                const began = Date.now();
                try {
                  for (const tab of [page, other]) await tab.getByText('connection lost').waitFor();
                } finally {
                  process.kill(Number(args.pid), 'SIGCONT');
                }
                const noticed = Date.now() - began;
                for (const tab of [page, other]) await tab.locator('#link[data-state=live]').waitFor();
                return noticed;
                """,
                Map.of(
                    "pid",
                    String.valueOf(ui.pid()),
                    "address",
                    Json.read(ui.output()).get("url").stringValue()));

    assertThat(visit.result().longValue()).as("milliseconds").isBetween(5_000L, 30_000L);
    ui.terminate();
    assertThat(ui.finish().exitCode()).isEqualTo(143);
  }

  @Test
  void aRunCanBeEndedAfterAQuestion() throws Exception {
    OwfProcess run =
        owf.command(
                "run",
                owf.script(
                        "endless.py",
                        """
                        from workflows import agent, meta
                        meta(name="endless")
                        async def main(args):
                            await agent("wait", metadata={"fake": {"delay_ms": 90000}})
                        """)
                    .toString(),
                "--json")
            .start();

    Visit visit =
        visit(
            """
            await page.getByRole('link', {name: 'endless'}).click();
            const end = page.getByRole('button', {name: 'End the run'});
            await end.first().click();
            await page.getByRole('button', {name: 'Let it go on'}).click();
            const still = await page.locator('h1 .status').innerText();
            await end.first().click();
            await page.locator('dialog').getByRole('button', {name: 'End the run'}).click();
            await page.locator('h1 .status.cancelled').waitFor();
            await page.locator('button.danger').first().waitFor({state: 'hidden'});
            return still;
            """);

    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.result().stringValue()).isEqualTo("running");
    Owf.Finished finish = run.finish();
    assertThat(finish.json().get("status").stringValue()).isEqualTo("cancelled");
  }

  @Test
  void whatARunAsksIsAnsweredOnItsPage() throws Exception {
    OwfProcess run =
        owf.command(
                "run",
                owf.script(
                        "asking.py",
                        """
                        from workflows import approve, meta
                        meta(name="asking")
                        async def main(args):
                            return [await approve("Deploy <b>it</b>?", label="deploy"), await approve("Really?")]
                        """)
                    .toString(),
                "--json")
            .start();

    Visit visit =
        visit(
            """
            await page.getByRole('link', {name: 'asking'}).click();
            const question = page.locator('#questions .question');
            await question.getByText('Deploy <b>it</b>?').waitFor();
            await question.getByRole('button', {name: 'Yes'}).click();
            await question.getByText('Really?').waitFor();
            const left = await question.count();
            await question.getByRole('button', {name: 'No'}).click();
            await page.locator('h1 .status.done').waitFor();
            await question.waitFor({state: 'detached'});
            return left;
            """);

    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.result().intValue()).as("questions after the first answer").isEqualTo(1);
    assertThat(run.finish().json().get("output").toString()).isEqualTo("[true,false]");
  }

  @Test
  void aWrongTokenIsSaid() throws Exception {
    Visit visit =
        Browser.open()
            .visit(
                address.substring(0, address.indexOf('=') + 1) + "wrong",
                "return await page.locator('[role=alert]').innerText();");

    assertThat(visit.result().stringValue()).startsWith("The token is missing or wrong.");
    assertThat(visit.complaints())
        .as("besides the browser's own word on it")
        .allMatch(complaint -> complaint.contains("401"));
  }

  @Test
  void theTokenLeavesTheAddressAndStaysInTheTab() throws Exception {
    Visit visit =
        visit(
            """
            await page.locator('.runs').waitFor();
            const address = page.url();
            await page.reload();
            await page.locator('.runs').waitFor();
            const other = await context.newPage();
            await other.goto(address);
            await other.locator('[role=alert]').waitFor();
            return address;
            """);

    assertThat(visit.result().stringValue()).endsWith("/#/").doesNotContain("token");
  }

  @Test
  void markupThatGetsInByAnotherWayDoesNothing() throws Exception {
    Visit visit =
        visit(
            """
            await page.locator('.runs').waitFor();
            return await page.evaluate(async () => {
              const refused = [];
              try { document.body.innerHTML = '<b>x</b>'; } catch (e) { refused.push(e.name); }
              try { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); } catch (e) { refused.push(e.name); }
              await fetch('http://localhost:9/').catch(() => refused.push('fetch'));
              return {refused, ran: window.ran ?? 0};
            });
            """);

    assertThat(visit.result())
        .isEqualTo(
            Json.read("{\"refused\": [\"TypeError\", \"TypeError\", \"fetch\"], \"ran\": 0}"));
    assertThat(visit.complaints()).as("the policy speaks").isNotEmpty();
    assertThat(visit.requests()).noneMatch(request -> request.contains("localhost:9"));
  }

  @Test
  void whatAnIsolatedCallChangedIsShownWhenItIsAskedFor() throws Exception {
    Project project = Project.repository(owf, "changes");
    Path script =
        owf.script(
            "changes.py",
            """
            from workflows import agent
            async def main(args):
                return (await agent("echo '<b>added</b>' >> a.txt", isolation="worktree", label="edit")).call_id
            """);
    Owf.Finished run =
        project
            .command("run", script.toString(), "--json", "--provider", "shell")
            .and("--workspace", project.top.toString())
            .run();
    assertThat(run.exitCode()).as(run.toString()).isZero();

    Visit visit =
        visit(
            """
            await page.goto(page.url().replace(/#.*/, '#/run/' + args.run));
            await page.locator('#changes summary').click();
            return await page.locator('#changes .diff .da').innerText();
            """,
            Map.of("run", run.json().get("run_id").stringValue()));

    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.result().stringValue()).contains("+<b>added</b>");
  }

  @Test
  void aCoordinatorForOthersShowsItsRunsToo() throws Exception {
    OwfProcess serve =
        owf.command("serve", "--listen", "127.0.0.1:0", "--ui", "--json")
            .start()
            .awaitOutput("\"workspaces\"");
    serve.awaitOutput("}");

    Visit visit =
        Browser.open()
            .visit(
                Json.read(serve.output()).get("web_view").stringValue(),
                "await page.locator('.runs').waitFor(); return await page.locator('.runs tbody tr').count();");

    assertThat(visit.complaints()).isEmpty();
    assertThat(visit.result().intValue()).isPositive();
    serve.terminate();
    assertThat(serve.finish().exitCode()).isEqualTo(143);
  }

  @Test
  void itEndsAtASignalAndLeavesThePort() {
    OwfProcess ui = owf.command("ui").start().awaitOutput("home: ");

    assertThat(ui.output()).contains("web view: http://127.0.0.1:");
    ui.terminate();
    assertThat(ui.finish().exitCode()).isEqualTo(143);
  }

  @Test
  void aPortThatIsNoneIsRefused() {
    Owf.Finished refused = owf.run("ui", "--port", "70000");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.stderr()).contains("--port is 70000");
  }
}

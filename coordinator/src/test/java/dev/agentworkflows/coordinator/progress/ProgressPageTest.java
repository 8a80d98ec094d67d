package dev.agentworkflows.coordinator.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.run.RunSnapshot.Counts;
import dev.agentworkflows.coordinator.run.RunSnapshot.Out;
import dev.agentworkflows.coordinator.run.RunSnapshot.Phase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressPageTest {

  private static final String ESCAPE = "\u001b";

  private static RunSnapshot run(List<Phase> phases, Counts calls, List<Out> oldest) {
    return new RunSnapshot(
        "review",
        "run_20261122_143201_4f9c1a",
        Duration.ofSeconds(134),
        calls,
        phases,
        null,
        new Spending(1_234, new BigDecimal("1.25")),
        new BudgetLimits(2_000L, new BigDecimal("5")),
        oldest,
        3,
        List.of(new RunSnapshot.Pause("openai", Duration.ofMillis(11_400))),
        List.of());
  }

  private static RunSnapshot usual() {
    return run(
        List.of(
            new Phase("plan", new Counts(0, 0, 3, 0, 0, 0)),
            new Phase("review", new Counts(2, 4, 10, 3, 1, 0)),
            new Phase("sum up", new Counts(0, 0, 0, 0, 0, 0))),
        new Counts(2, 4, 13, 3, 1, 0),
        List.of(
            new Out("src/App.java", Duration.ofSeconds(62), "reading src/App.java", null),
            new Out("src/Main.java", Duration.ofSeconds(5), null, "again in 4 s: HTTP 529")));
  }

  private static List<String> plain(RunSnapshot run, int columns, int rows) {
    return ProgressPage.lines(run, columns, rows, false);
  }

  @Test
  void aRunIsTold() {
    assertThat(plain(usual(), 80, 24))
        .containsExactly(
            "",
            " review  2 min 14 s                                  run_20261122_143201_4f9c1a",
            " plan    ███████████████████████████████████████████████████████████████    3/3",
            " review  █████████████████████████████████▓▓▓▓▓▓▓▓▓✗✗✗▒▒▒▒▒▒············  14/20",
            " sum up  ·······························································       ",
            " █ 13 done  ▓ 3 cached  ✗ 1 failed  ▒ 2 running  · 4 waiting ",
            " 1,234 of 2,000 tokens (61 %)   $1.25 of $5.00 (25 %)",
            " openai takes no calls for 12 s (rate limit)",
            " 3 retries so far",
            " 1 min 02 s  src/App.java  reading src/App.java",
            "        5 s  src/Main.java  again in 4 s: HTTP 529");
  }

  @Test
  void fortyColumnsAreEnough() {
    assertThat(plain(usual(), 40, 24))
        .containsExactly(
            "",
            " review  2 min 14 s",
            " plan    ███████████████████████    3/3",
            " review  █████████████▓▓▓✗▒▒····  14/20",
            " sum up  ·······················       ",
            " █ 13 done  ▓ 3 cached  ✗ 1 failed ",
            " ▒ 2 running  · 4 waiting ",
            " 1,234 of 2,000 tokens (61 %)",
            " $1.25 of $5.00 (25 %)",
            " openai takes no calls for 12 s (rate …",
            " 3 retries so far",
            " 1 min 02 s  src/App.java  reading src…",
            "        5 s  src/Main.java  again in 4…");
  }

  @ParameterizedTest
  @CsvSource({"80,24", "40,24", "20,10", "10,5", "3,3", "1,2", "1,1", "300,100", "80,5", "80,3"})
  void noLineIsWiderThanTheTerminalAndTheyAreFewerThanItsRows(int columns, int rows) {
    for (RunSnapshot run : List.of(usual(), hostile(), large())) {
      List<String> lines = plain(run, columns, rows);

      assertThat(lines).isNotEmpty().hasSizeLessThanOrEqualTo(Math.max(1, rows - 1));
      assertThat(lines)
          .allSatisfy(line -> assertThat(Columns.of(line)).isLessThan(Math.max(2, columns)));
    }
  }

  private static RunSnapshot hostile() {
    String label =
        ESCAPE
            + "[2J"
            + ESCAPE
            + "]0;title\u0007\r\nתווית\u202e 漢字かな 👩‍💻❤️ "
            + "x".repeat(1_000_000);
    return run(
        List.of(new Phase(label, new Counts(1, 0, 0, 0, 0, 0))),
        new Counts(1, 0, 0, 0, 0, 0),
        List.of(new Out(label, Duration.ofHours(30), label, label)));
  }

  private static RunSnapshot large() {
    return run(
        IntStream.range(0, 200)
            .mapToObj(i -> new Phase("phase " + i, new Counts(i == 100 ? 1 : 0, 0, 50, 0, 0, 0)))
            .toList(),
        new Counts(8, 1_992, 8_000, 0, 1, 0),
        IntStream.range(0, 50).mapToObj(i -> new Out("l" + i, Duration.ZERO, null, null)).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 40, 80})
  void whatOthersWroteCannotActOnTheTerminal(int columns) {
    assertThat(String.join("", plain(hostile(), columns, 24)))
        .matches(text -> text.codePoints().noneMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0)))
        .doesNotContain("\u202e")
        .contains("␛");
  }

  @Test
  void withoutColoursThereIsNoEscapeAndWithThemTheSameIsSaid() {
    assertThat(String.join("", plain(usual(), 80, 24))).doesNotContain(ESCAPE);

    List<String> coloured = ProgressPage.lines(usual(), 80, 24, true);
    assertThat(coloured.get(5))
        .isEqualTo(
            "\u001b[32m 13 done \u001b[0m\u001b[36m 3 cached \u001b[0m\u001b[31m 1 failed \u001b[0m\u001b[33m 2 running \u001b[0m\u001b[2m 4 waiting \u001b[0m");
    assertThat(coloured.get(3).replaceAll(ESCAPE + "\\[[0-9]*m", ""))
        .matches(" review  ━+·+  14/20");
  }

  @Test
  void tenThousandCallsShowThePhasesAtWorkAndThatThereAreMore() {
    List<String> lines = plain(large(), 80, 24);

    assertThat(lines).hasSizeLessThanOrEqualTo(18);
    assertThat(lines).anyMatch(line -> line.contains("phase 100"));
    assertThat(lines).contains(" and 195 more phases");
    assertThat(lines).contains(" █ 8,000 done  ✗ 1 failed  ▒ 8 running  · 1,992 waiting ");
  }

  @Test
  void oneFailureInTenThousandIsSeen() {
    assertThat(PhaseRows.cells(new int[] {9_999, 0, 1, 0, 0}, 20)).containsExactly(19, 0, 1, 0, 0);
    assertThat(PhaseRows.cells(new int[] {96, 1, 1, 1, 1}, 6)).containsExactly(2, 1, 1, 1, 1);
  }

  @Test
  void waitingAndCancelledCallsAreTold() {
    RunSnapshot run =
        new RunSnapshot(
            "r",
            null,
            Duration.ZERO,
            new Counts(1, 2, 0, 0, 0, 3),
            List.of(),
            null,
            Spending.NONE,
            BudgetLimits.NONE,
            List.of(),
            0,
            List.of(),
            List.of(
                new RunSnapshot.Waiting(
                    "a free place at x (1 at once)", 2, Duration.ofSeconds(12))));

    assertThat(String.join("\n", plain(run, 80, 24)))
        .contains(" 3 cancelled ")
        .contains("\n 2 calls wait for a free place at x (1 at once): 12 s");
  }

  @Test
  void aBudgetThatIsNearlySpentIsTold() {
    RunSnapshot run =
        new RunSnapshot(
            null,
            null,
            Duration.ZERO,
            Counts.NONE,
            List.of(),
            null,
            new Spending(1_900, BigDecimal.ZERO),
            new BudgetLimits(2_000L, BigDecimal.ZERO),
            List.of(),
            0,
            List.of(),
            List.of());

    assertThat(ProgressPage.lines(run, 80, 24, true))
        .containsExactly(
            "",
            " \u001b[1mrun\u001b[0m  \u001b[2m0 s\u001b[0m",
            "\u001b[2m no calls yet\u001b[0m",
            " 1,900 of 2,000 tokens\u001b[33m (95 %)\u001b[0m   $0 of $0\u001b[31m (100 %)\u001b[0m");
  }
}

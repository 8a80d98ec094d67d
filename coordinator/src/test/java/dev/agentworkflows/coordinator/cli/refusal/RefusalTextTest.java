package dev.agentworkflows.coordinator.cli.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.InstallRefusal;
import dev.agentworkflows.coordinator.PriceRefusal;
import dev.agentworkflows.coordinator.ProviderRefusal;
import dev.agentworkflows.coordinator.Refusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.ServerRefusal;
import dev.agentworkflows.coordinator.SessionRefusal;
import dev.agentworkflows.coordinator.UpRefusal;
import dev.agentworkflows.coordinator.WorktreeRefusal;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.RunStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RefusalTextTest {

  private static final Path HOME = Path.of("/p/my home");

  /** Each refusal, and a word of the way on that the command line names. */
  private static final Map<Refusal, String> WAYS =
      Map.ofEntries(
          Map.entry(new HomeRefusal.NoHome(true), "--home DIR"),
          Map.entry(new HomeRefusal.NoRuns(HOME), "--home DIR"),
          Map.entry(new HomeRefusal.NotTrusted(HOME, "it was copied"), "owf trust '/p/my home'"),
          Map.entry(new HomeRefusal.OfAnotherProgram(HOME, HOME), "--home DIR"),
          Map.entry(new HomeRefusal.OpenToOthers(HOME), "--home DIR"),
          Map.entry(new HomeRefusal.NoDirectory(HOME), "OWF_HOME"),
          Map.entry(new HomeRefusal.NotWritable(HOME, "it is full"), "OWF_HOME"),
          Map.entry(new HomeRefusal.NoAdaptersDirectory(HOME, false), "--adapters DIR"),
          Map.entry(new HomeRefusal.AdaptersOpenToOthers(HOME), "Run: chmod go-w " + HOME),
          Map.entry(new HomeRefusal.ForeignEntry(HOME, true), "Look at it"),
          Map.entry(new HomeRefusal.OfAnotherUser(HOME), "Look at it"),
          Map.entry(new RunRefusal.NoRunYet(), "Run a script first"),
          Map.entry(new RunRefusal.UnknownRun("r"), "`runs` lists"),
          Map.entry(new RunRefusal.UnknownCall("c"), "`calls RUN` lists"),
          Map.entry(new RunRefusal.ChildRun("r", "p", RunRefusal.OfParent.CANCEL), "owf cancel p"),
          Map.entry(new RunRefusal.StillRunning("r"), "End it first"),
          Map.entry(new RunRefusal.NotRunning("r", RunStatus.DONE), "it is done"),
          Map.entry(new RunRefusal.NoOutput("r", RunStatus.FAILED), "`status r`"),
          Map.entry(new RunRefusal.NoQuestion("r", RunStatus.DONE), "waits for no answer"),
          Map.entry(new RunRefusal.UnknownQuestion("r", 4), "no question 4"),
          Map.entry(new RunRefusal.SeveralQuestions("r", List.of()), "--question N"),
          Map.entry(new RunRefusal.QuestionAnswered(1, "go on? no"), "go on? no"),
          Map.entry(new RunRefusal.Over("r"), "r is over"),
          Map.entry(new RunRefusal.ChildOfChild("r"), "r is a child already"),
          Map.entry(new RunRefusal.NoTexts("c"), "texts of c"),
          Map.entry(new ScriptRefusal.UnknownTemplate("x", List.of("hello")), "hello"),
          Map.entry(new ScriptRefusal.IsDirectory(HOME), "first.py"),
          Map.entry(new ScriptRefusal.FileExists(HOME), "--force"),
          Map.entry(
              new ScriptRefusal.BadSetting(
                  ScriptRefusal.Setting.WAIT_FOR_LIMITS, "-1", "a number above 0"),
              "--wait-for-limits is -1"),
          Map.entry(new BatchRefusal.NoBatches("fake", List.of("openai")), "do: openai"),
          Map.entry(new ScriptRefusal.NoScriptButDirectory(HOME), "not a script"),
          Map.entry(new ScriptRefusal.NoScript(HOME), "no script"),
          Map.entry(new ScriptRefusal.NoPath("run_1"), "has no path"),
          Map.entry(new ScriptRefusal.NotRegular(HOME), "is not run again"),
          Map.entry(new ScriptRefusal.NotLoadable(HOME), "can't be loaded"),
          Map.entry(new ScriptRefusal.Rejected("there is no main"), "there is no main"),
          Map.entry(
              new ScriptRefusal.EndedBeforeRun("ended with exit code 7", "no such module"),
              "said: no such module"),
          Map.entry(new ScriptRefusal.EndNotRecorded("ended with exit code 7"), "in time"),
          Map.entry(new ScriptRefusal.Interrupted(), "interrupted"),
          Map.entry(new RunRefusal.TooManyRuns(64), "cancel one"),
          Map.entry(new ScriptRefusal.NoWorkspace(HOME), "is not a directory"),
          Map.entry(new ScriptRefusal.NeedsApproval(null), "--yes"),
          Map.entry(new ScriptRefusal.NoPython(List.of("python3")), "--python FILE"),
          Map.entry(new ScriptRefusal.PythonNotStarted("/py (PATH)", "no"), "/py (PATH) can't"),
          Map.entry(
              new ScriptRefusal.PythonInterrupted("/py (PATH)"), "/py (PATH) for its version"),
          Map.entry(
              new ScriptRefusal.PythonSilent("/py (PATH)"), "Name another with --python FILE"),
          Map.entry(new ScriptRefusal.PythonBroken("/py (PATH)", "oops"), "oops\nInstall Python"),
          Map.entry(
              new ScriptRefusal.PythonTooOld("/py (PATH)", "3.8.1"), "or name it with --python"),
          Map.entry(new ScriptRefusal.ProcessNotStarted(HOME, "no"), "cannot start /p/my home: no"),
          Map.entry(new ScriptRefusal.ShimNotUnpacked(HOME, "no"), "XDG_CACHE_HOME"),
          Map.entry(new ScriptRefusal.NotWritten(HOME, "no"), "Name a place"),
          Map.entry(
              new WorktreeRefusal.None("c", Isolation.NONE, CallStatus.DONE), "isolation is none"),
          Map.entry(new WorktreeRefusal.Removed("c", true), "was applied before"),
          Map.entry(new WorktreeRefusal.Gone("/w", "owf/c"), "on the branch owf/c"),
          Map.entry(new WorktreeRefusal.NotInspected("c", "it is outside"), "it is outside"),
          Map.entry(new WorktreeRefusal.InUse("c"), "Wait for that call's end"),
          Map.entry(
              new WorktreeRefusal.AppliedBefore("c", Instant.EPOCH, "/w", "owf/c"),
              "Its worktree is /w"),
          Map.entry(new WorktreeRefusal.NothingChanged("c"), "nothing to apply"),
          Map.entry(new WorktreeRefusal.Submodules(List.of("lib"), "/w"), "by hand from /w"),
          Map.entry(new WorktreeRefusal.GitFailed("no commit"), "no commit."),
          Map.entry(new WorktreeRefusal.Interrupted(), "interrupted."),
          Map.entry(new FileRefusal.Unreadable(HOME, "no"), "cannot read /p/my home: no."),
          Map.entry(new FileRefusal.Unwritable(HOME, "no"), "cannot write /p/my home: no."),
          Map.entry(new FileRefusal.NotRemovable(HOME, "no"), "cannot remove /p/my home: no."),
          Map.entry(new FileRefusal.Missing(HOME), "no file /p/my home"),
          Map.entry(new FileRefusal.NamedMissing("OWF_X", HOME), "OWF_X names /p/my home"),
          Map.entry(new FileRefusal.NotRegular(HOME), "Look at it"),
          Map.entry(new FileRefusal.Malformed("/f", "is not JSON"), "/f is not JSON."),
          Map.entry(
              new FileRefusal.BadEntry("/f", "routes[1]", "is no object"), "/f: routes[1] is"),
          Map.entry(new ProviderRefusal.NoName(List.of("fake")), "known are: fake"),
          Map.entry(
              new ProviderRefusal.SeveralNames("a,b", List.of("a", "b")),
              "'a,b' is several names, where one was expected;"
                  + " a script gives several as a list: provider=[\"a\", \"b\"]."),
          Map.entry(
              new ProviderRefusal.Unknown("fak", "fake", List.of("fake")), "(did you mean fake?)"),
          Map.entry(new ProviderRefusal.Unusable("fake", "no key"), "can't be used: no key"),
          Map.entry(new ProviderRefusal.NamedTwice("a,a", "a"), "'a' is there twice"),
          Map.entry(
              new ProviderRefusal.ClaimedTwice(
                  "a",
                  new ProviderRefusal.Claim("x", "x.jar"),
                  new ProviderRefusal.Claim("y", "y.jar")),
              "`adapters` lists all"),
          Map.entry(new PriceRefusal.NoAddress("no scheme"), "--url is no address: no scheme"),
          Map.entry(new PriceRefusal.IncompleteAddress(), "--url must be https://HOST/PATH"),
          Map.entry(new PriceRefusal.NotEncrypted(), "over https:// alone"),
          Map.entry(new PriceRefusal.NotFetched("https://h", "no"), "stay as they were"),
          Map.entry(new InstallRefusal.NoCoordinates("x"), "'x' is not GROUP:ARTIFACT:VERSION"),
          Map.entry(
              new InstallRefusal.BadRepository("x", "is not a URL"), "--repository 'x' is not"),
          Map.entry(new InstallRefusal.PasswordInAddress("h"), "--repository holds a password"),
          Map.entry(new InstallRefusal.AnotherVersion("a:b:1", HOME, "2"), "--force puts 2"),
          Map.entry(new InstallRefusal.InTheWay(HOME, "a:b:1"), "--adapters DIR"),
          Map.entry(new InstallRefusal.NotWritable("a:b:1", HOME, "no"), "--adapters DIR"),
          Map.entry(new InstallRefusal.NoAdapter("a:b:1", "no factory"), "adapter: no factory."),
          Map.entry(new InstallRefusal.UnusableSettings(HOME, "no XML"), "can't be used: no XML."),
          Map.entry(new InstallRefusal.UnknownInstallation(HOME), "or mend it."),
          Map.entry(
              new InstallRefusal.NotFound("a:b:1", "c:d:2", List.of("https://r")),
              "--repository URL"),
          Map.entry(new InstallRefusal.NotFetched("a:b:1", "no host"), "not installed: no host."),
          Map.entry(new BatchRefusal.IsDirectory(HOME), "JSON Lines was expected"),
          Map.entry(new BatchRefusal.TooLarge(HOME), "Split it up."),
          Map.entry(new BatchRefusal.PipeTooLarge(HOME, 32), "more than 32 MiB"),
          Map.entry(new BatchRefusal.Empty(HOME), "Nothing was sent."),
          Map.entry(
              new BatchRefusal.BadLines(HOME, List.of("line 2: no"), 0), "line 2: no\nNothing"),
          Map.entry(new BatchRefusal.UnknownBatch("b"), "`batch list` lists"),
          Map.entry(new BatchRefusal.UnreadableRecord(HOME, "no"), "record /p/my home: no."),
          Map.entry(new BatchRefusal.DamagedRecord(HOME, "no"), "Move it away"),
          Map.entry(new BatchRefusal.NotRecorded("it is full"), "it is full."),
          Map.entry(
              new BatchRefusal.AlreadySubmitted(HOME, "acme", Instant.EPOCH, "b", "done"),
              "`batch status b` tells how far it is; --again"),
          Map.entry(
              new BatchRefusal.AlreadySubmitted(HOME, "acme", null, "b", "done"),
              "was submitted to acme already, as b (done)."),
          Map.entry(new BatchRefusal.NothingInDoubt(HOME), "--adopt is for"),
          Map.entry(new BatchRefusal.OfAnotherSubmission("p"), "See `batch list`"),
          Map.entry(new BatchRefusal.OfAnotherSize("p", 2, 3), "it is another one."),
          Map.entry(
              new BatchRefusal.MadeNotRecorded("acme", "p", HOME, "it is full"),
              "--provider acme --adopt p`"),
          Map.entry(
              new BatchRefusal.InDoubt("acme", "b", Instant.EPOCH, "no answer", HOME, "p"),
              "with --adopt p it takes that one; with --again"),
          Map.entry(new BatchRefusal.NotKnownToExist("acme", "b", HOME), "--provider acme` looks"),
          Map.entry(
              new ServerRefusal.CannotListen(ServerRefusal.Server.MCP, "h:1", "in use"),
              "or 0 for any"),
          Map.entry(new ServerRefusal.UnusableCertificate(HOME, HOME, "no"), "PEM format"),
          Map.entry(new ServerRefusal.NotRegularOrLarge(HOME), "at most 1 MB."),
          Map.entry(new ServerRefusal.UnusableCertificates("no"), "the certificates: no."),
          Map.entry(new ServerRefusal.TokenNotAccepted("h:1"), "h:1 does not accept"),
          Map.entry(new ServerRefusal.NotReached("h:1", "refused"), "h:1: refused."),
          Map.entry(new ServerRefusal.NotReached("h:1", null), "the coordinator at h:1."),
          Map.entry(new ServerRefusal.OfAnotherRelease("h:1"), "knows no commands"),
          Map.entry(new ServerRefusal.Answered("h:1", "no"), "answers with an error: no."),
          Map.entry(new ServerRefusal.Answered("h:1", null), "answers with an error."),
          Map.entry(new ServerRefusal.OutputNotWritten("no"), "the output: no."),
          Map.entry(new ServerRefusal.OutputNotWritten(null), "cannot write the output."),
          Map.entry(new UpRefusal.CannotListen(HOME, "no"), ": no."),
          Map.entry(new UpRefusal.CannotListen(HOME, null), "listen on " + HOME + "."),
          Map.entry(new UpRefusal.NotAnswering(HOME), "End its process: fuser -k " + HOME),
          Map.entry(new UpRefusal.PathTooLong(HOME), "Set XDG_RUNTIME_DIR"),
          Map.entry(new UpRefusal.CannotMake(HOME, null), "cannot make " + HOME + "."),
          Map.entry(new UpRefusal.NotYours(HOME), "move it away."),
          Map.entry(new UpRefusal.OpenToOthers(HOME), "Run: chmod 700 " + HOME),
          Map.entry(new SessionRefusal.NoOpenRun("r"), "no open run r."),
          Map.entry(new SessionRefusal.NoOpenParent("r"), "to be a child of."),
          Map.entry(new SessionRefusal.NoCall("c"), "no call c."),
          Map.entry(new SessionRefusal.RemoteFiles(), "on this machine."),
          Map.entry(new SessionRefusal.NotJoinable("r"), "with this token."),
          Map.entry(new SessionRefusal.JoinedTooLate("r"), "any more."),
          Map.entry(new SessionRefusal.ChildWithoutItsToken(), "own token."),
          Map.entry(new SessionRefusal.LaunchedBefore("r"), "its run already: r."),
          Map.entry(new SessionRefusal.AnotherProtocol(-1, 1), "version 4294967295, this"));

  static Stream<Refusal> refusals() {
    return WAYS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRefusalNamesTheWayOn(Refusal refusal) {
    String text = RefusalText.of(new RefusedException(refusal));

    assertThat(text).contains(WAYS.get(refusal)).doesNotContain("..", "null").doesNotEndWith(" ");
    assertThat(text.lines().count()).isLessThanOrEqualTo(2);
  }

  /** Those kinds of which a new record must get a line above. */
  @Test
  void noKindOfRefusalIsLeftOut() {
    assertThat(WAYS.keySet().stream().map(Object::getClass).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Refusal.class.getPermittedSubclasses())
                .flatMap(kind -> Arrays.stream(kind.getPermittedSubclasses()))
                .toList());
  }

  @Test
  void aRefusalItselfNamesNothingOfTheCommandLine() {
    assertThat(WAYS.keySet())
        .allSatisfy(refusal ->
            assertThat(refusal.text())
                .doesNotContain("--")
                .doesNotContain("owf ")
                .doesNotEndWith("."));
  }
}

package dev.agentworkflows.coordinator.cli.refusal;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.InstallRefusal;
import dev.agentworkflows.coordinator.PriceRefusal;
import dev.agentworkflows.coordinator.ProviderRefusal;
import dev.agentworkflows.coordinator.Refusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.ServerRefusal;
import dev.agentworkflows.coordinator.UpRefusal;
import dev.agentworkflows.coordinator.WorktreeRefusal;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What the command line says where something is refused, and how one goes on by it. */
public final class RefusalText {

  private RefusalText() {}

  /** One or two lines. */
  public static String of(RefusedException refused) {
    return refused.refusal().map(RefusalText::of).orElse(String.valueOf(refused.getMessage()));
  }

  /** The same refusal with this text, for who shows messages as they come. */
  public static RefusedException worded(RefusedException refused) {
    return refused.refusal().isEmpty() ? refused : new RefusedException(of(refused), refused);
  }

  /** The facts, where an option's name is not the better word for them, and the way on. */
  public static String of(Refusal refusal) {
    if (refusal instanceof ScriptRefusal.BadSetting bad) {
      return "%s is %s, where %s was expected."
          .formatted(option(bad.setting()), bad.value(), bad.expected());
    }
    if (refusal instanceof PriceRefusal.NoAddress bad) {
      return "--url is no address: " + bad.reason() + ".";
    }
    if (refusal instanceof PriceRefusal.IncompleteAddress) {
      return "--url must be https://HOST/PATH, without a user's name.";
    }
    if (refusal instanceof BatchRefusal batch) {
      return BatchText.of(batch);
    }
    if (refusal instanceof InstallRefusal install) {
      return InstallText.of(install);
    }
    return refusal.followedBy(wayOn(refusal));
  }

  private static String wayOn(Refusal refusal) {
    if (refusal instanceof HomeRefusal home) {
      return wayOn(home);
    }
    if (refusal instanceof UpRefusal up) {
      return wayOn(up);
    }
    if (refusal instanceof ScriptRefusal script) {
      return wayOn(script);
    }
    if (refusal instanceof ServerRefusal.CannotListen deaf) {
      return switch (deaf.server()) {
        case COORDINATOR -> ".";
        case MCP -> ".\nPass another --port, or 0 for any.";
        case WEB_VIEW -> ".\nPass another --port, or none.";
      };
    }
    if (refusal instanceof ProviderRefusal.ClaimedTwice) {
      return ".\nRemove one of them; `adapters` lists all.";
    }
    if (refusal instanceof WorktreeRefusal.InUse) {
      return ".\nWait for that call's end.";
    }
    if (refusal instanceof RunRefusal.NoRunYet) {
      return ". Run a script first.";
    }
    if (refusal instanceof RunRefusal.UnknownRun) {
      return ". `runs` lists those that there are.";
    }
    if (refusal instanceof RunRefusal.UnknownCall) {
      return ". `calls RUN` lists those of a run.";
    }
    if (refusal instanceof RunRefusal.ChildRun child) {
      return switch (child.asked()) {
        case RESUME -> ".\nResume its parent: owf resume " + child.parent();
        case CANCEL -> ".\nCancel its parent: owf cancel " + child.parent();
        case ANSWER -> ".\nIts parent asks for it: owf approve " + child.parent();
      };
    }
    if (refusal instanceof RunRefusal.StillRunning) {
      return ".\nEnd it first, or wait for its end.";
    }
    if (refusal instanceof RunRefusal.NoOutput none) {
      return ".\n`status " + none.run() + "` tells why.";
    }
    if (refusal instanceof RunRefusal.SeveralQuestions several) {
      return several.waiting().stream()
          .map(asked -> "\n  %d: %s".formatted(asked.position(), asked.question()))
          .collect(Collectors.joining("", ": say which with --question N.", ""));
    }
    return ".";
  }

  private static String wayOn(UpRefusal refusal) {
    if (refusal instanceof UpRefusal.NotAnswering silent) {
      return ".\nEnd its process: fuser -k " + silent.socket();
    }
    if (refusal instanceof UpRefusal.PathTooLong) {
      return ".\nSet XDG_RUNTIME_DIR to a directory of yours with a shorter one.";
    }
    if (refusal instanceof UpRefusal.NotYours) {
      return ".\nLook at it, and move it away.";
    }
    if (refusal instanceof UpRefusal.OpenToOthers open) {
      return ".\nRun: chmod 700 " + open.directory();
    }
    return ".";
  }

  private static String wayOn(ScriptRefusal refusal) {
    if (refusal instanceof ScriptRefusal.NeedsApproval) {
      return ".\nPass --yes to approve it beforehand.";
    }
    if (refusal instanceof ScriptRefusal.IsDirectory directory) {
      return ".\nName the script to write, as in " + directory.path().resolve("first.py");
    }
    if (refusal instanceof ScriptRefusal.FileExists) {
      return ".\nPass --force to overwrite it.";
    }
    if (refusal instanceof ScriptRefusal.NoPython) {
      return ".\nInstall Python 3.10 or newer, or name one with --python FILE or OWF_PYTHON.";
    }
    if (refusal instanceof ScriptRefusal.PythonBroken) {
      // What an interpreter printed ends as it likes.
      return "\nInstall Python 3.10 or newer, or name one with --python FILE or OWF_PYTHON.";
    }
    if (refusal instanceof ScriptRefusal.Rejected
        || refusal instanceof ScriptRefusal.EndedBeforeRun) {
      return "";
    }
    if (refusal instanceof ScriptRefusal.PythonTooOld) {
      return ".\nInstall one, or name it with --python FILE or OWF_PYTHON.";
    }
    if (refusal instanceof ScriptRefusal.PythonSilent) {
      return ". Name another with --python FILE.";
    }
    return ".";
  }

  private static String wayOn(HomeRefusal refusal) {
    if (refusal instanceof HomeRefusal.NotTrusted foreign) {
      return ". To accept it as it is: owf trust " + quoted(foreign.home());
    }
    if (refusal instanceof HomeRefusal.OfAnotherProgram) {
      return ".\nMove the home away, or name another with --home DIR.";
    }
    if (refusal instanceof HomeRefusal.OpenToOthers) {
      return ".\nName a directory of its own with --home DIR, or close this one to others first.";
    }
    if (refusal instanceof HomeRefusal.NoDirectory) {
      return ".\nName the home with --home DIR, or set OWF_HOME.";
    }
    if (refusal instanceof HomeRefusal.NotWritable) {
      return ".\nPass --home DIR, or set OWF_HOME.";
    }
    if (refusal instanceof HomeRefusal.NoAdaptersDirectory) {
      return ".\nName another one with --adapters DIR or OWF_ADAPTERS.";
    }
    if (refusal instanceof HomeRefusal.AdaptersOpenToOthers open) {
      return ".\nRun: chmod go-w " + open.directory();
    }
    if (refusal instanceof HomeRefusal.NoHome || refusal instanceof HomeRefusal.NoRuns) {
      return ".\nRun a script first, or name its home with --home DIR.";
    }
    return ".";
  }

  /** As a shell takes it for one word. */
  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w./+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static String option(ScriptRefusal.Setting setting) {
    return switch (setting) {
      case PROVIDER -> "--provider";
      case BUDGET_TOKENS -> "--budget-tokens";
      case BUDGET_COST_USD -> "--budget-cost-usd";
      case CACHE_POLICY -> "--cache-policy";
      case TIMEOUT -> "--timeout";
      case WAIT_FOR_LIMITS -> "--wait-for-limits";
      case LIMIT -> "--limit";
    };
  }
}

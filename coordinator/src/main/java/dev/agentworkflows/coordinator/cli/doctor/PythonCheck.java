package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.Programs;
import dev.agentworkflows.coordinator.shim.Python;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The user's Python, and whether it brings modules of the shim's names: a script that is started by
 * the coordinator does not see them, one that is started by hand, and an editor, do.
 */
record PythonCheck(CheckContext around) implements Check {

  /** The shim itself, installed for editors, has a module that nothing else has. */
  private static final String PROBE =
      """
      import importlib.util, os
      found = []
      for name in ("workflows", "agent_workflows"):
          spec = importlib.util.find_spec(name)
          where = spec and (spec.origin or next(iter(spec.submodule_search_locations or []), ""))
          beside = os.path.dirname(os.path.dirname(where or ""))
          if spec and not os.path.exists(os.path.join(beside, "agent_workflows", "_http2.py")):
              found.append(f"{name} at {where}")
      print("\\nowf-modules:" + "; ".join(found))
      """;

  /** An interpreter whose start prints something prints it before. */
  private static final String MARK = "owf-modules:";

  @Override
  public List<Finding> take() throws InterruptedException {
    Python python =
        new Python.Search(around.variables(), Path.of(""), around.cache()).find(around.python());
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok("python", python.version() + " at " + python.executable()));
    shadow(python).ifPresent(findings::add);
    return findings;
  }

  private Optional<Finding> shadow(Python python) throws InterruptedException {
    // Isolated from the current directory, which is not on a script's path.
    Programs.Answer answer =
        new Programs(around.variables()).ask(python.executable(), "-P", "-c", PROBE);
    if (!answer.fine()) {
      answer = new Programs(around.variables()).ask(python.executable(), "-c", PROBE);
    }
    return answer
        .behind(MARK)
        .filter(found -> !found.isBlank())
        .map(found ->
            Finding.note(
                "modules",
                "this Python has modules of the shim's names: "
                    + found
                    + ". `owf run` puts its own before them; editors and `python SCRIPT` take"
                    + " those. If they are another runtime's, uninstall them. (grpcio is not"
                    + " needed.)"));
  }
}

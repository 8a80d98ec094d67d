package dev.agentworkflows.coordinator.secret;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What agents and the tools that we start see of our environment: no provider's key, no token of
 * ours, and nothing that would take git to another repository than the one it is started in. Such
 * variables are set when a run is started from a git hook.
 */
public final class ChildEnvironment {

  private static final List<String> GIT_ELSEWHERE =
      List.of(
          "GIT_DIR",
          "GIT_WORK_TREE",
          "GIT_INDEX_FILE",
          "GIT_COMMON_DIR",
          "GIT_OBJECT_DIRECTORY",
          "GIT_ALTERNATE_OBJECT_DIRECTORIES",
          "GIT_NAMESPACE",
          "GIT_PREFIX",
          "GIT_CEILING_DIRECTORIES",
          "GIT_QUARANTINE_PATH",
          "GIT_SHALLOW_FILE",
          // To other settings than those that hold: an agent's would not be found.
          "GIT_CONFIG",
          "GIT_ATTR_SOURCE",
          // Not elsewhere, but into another form: patches are compared and applied.
          "GIT_DIFF_OPTS",
          "GIT_EXTERNAL_DIFF");

  /** Tokens of ours and the files that hold them: what lets their bearer into a coordinator. */
  private static final List<String> OWN_SECRETS = List.of("OWF_CLIENT_KEY", "OWF_RUN_TOKEN");

  private static final String OWN_TOKENS = "OWF_TOKEN";

  private ChildEnvironment() {}

  /**
   * Whether a variable lets its owner into a coordinator of ours, as that of a token's file does.
   */
  public static boolean isOwnSecret(String variable) {
    return variable.startsWith(OWN_TOKENS) || OWN_SECRETS.contains(variable);
  }

  /**
   * A copy that may be changed.
   *
   * @param keyVariables names of variables that hold keys, besides the usual ones
   */
  public static Map<String, String> of(
      Map<String, String> environment, Collection<String> keyVariables) {
    Map<String, String> child = new HashMap<>(environment);
    ProviderKeys.in(environment, keyVariables).keySet().forEach(child::remove);
    GIT_ELSEWHERE.forEach(child::remove);
    child.keySet().removeIf(ChildEnvironment::isOwnSecret);
    return child;
  }
}

package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * The script of a run, and what it said of itself.
 *
 * @param path absolute
 * @param hash SHA-256 of the script's bytes, lower-case hex
 * @param metaJson what the script said with {@code meta()}, a JSON object
 */
public record RunScript(
    String path,
    String hash,
    @Nullable String workflowName,
    @Nullable String workflowDescription,
    String metaJson) {

  /** What the workflow calls itself, else its file's name. */
  public String name() {
    return workflowName == null ? path.substring(path.lastIndexOf('/') + 1) : workflowName;
  }
}

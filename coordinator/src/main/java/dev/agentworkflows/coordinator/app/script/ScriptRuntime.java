package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.shim.Python;
import org.jspecify.annotations.Nullable;

/**
 * What scripts are run with.
 *
 * @param providers closed by whoever opened them
 * @param python the interpreter that was named; null for the usual one
 */
public record ScriptRuntime(
    Environment environment,
    Providers providers,
    @Nullable String python,
    ScriptChannel.Opener channels) {

  Python interpreter() {
    return environment.python(python);
  }
}

package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.shim.Python;
import java.nio.file.Path;

/**
 * A run that can start: what was asked for makes sense, and there is an interpreter.
 *
 * @param script absolute
 */
public record PreparedRun(ScriptRuntime runtime, Path script, RunOptions options, Python python) {}

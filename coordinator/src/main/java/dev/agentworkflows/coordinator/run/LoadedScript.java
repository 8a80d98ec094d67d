package dev.agentworkflows.coordinator.run;

import org.jspecify.annotations.Nullable;

/**
 * A script that a shim has loaded and wants to run.
 *
 * @param path absolute
 * @param sha256 of its bytes, lower-case hex
 * @param client who runs it: shim and Python with their versions
 * @param argsJson the arguments that the shim brings; null for those of the launch
 */
public record LoadedScript(
    String path, String sha256, ScriptMeta meta, String client, @Nullable String argsJson) {}

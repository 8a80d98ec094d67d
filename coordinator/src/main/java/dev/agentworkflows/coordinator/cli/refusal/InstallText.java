package dev.agentworkflows.coordinator.cli.refusal;

import dev.agentworkflows.coordinator.InstallRefusal;

/** What `adapters install` says. */
final class InstallText {

  private InstallText() {}

  static String of(InstallRefusal refusal) {
    if (refusal instanceof InstallRefusal.BadRepository bad) {
      return "--repository '%s' %s.".formatted(bad.url(), bad.problem());
    }
    if (refusal instanceof InstallRefusal.PasswordInAddress password) {
      return "--repository holds a password, which would show in lists of processes."
          + password.server()
          + ".";
    }
    return refusal.followedBy(wayOn(refusal));
  }

  private static String wayOn(InstallRefusal refusal) {
    if (refusal instanceof InstallRefusal.AnotherVersion another) {
      return ".\n--force puts " + another.version() + " in its place.";
    }
    if (refusal instanceof InstallRefusal.InTheWay) {
      return ".\nMove it away, or name another directory with --adapters DIR.";
    }
    if (refusal instanceof InstallRefusal.NotWritable) {
      return ".\nName another directory with --adapters DIR.";
    }
    if (refusal instanceof InstallRefusal.NotFound) {
      return ".\nCheck its name and version, or name its repository with --repository URL.";
    }
    return ".";
  }
}

package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.Causes;
import dev.agentworkflows.coordinator.Programs;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.cli.refusal.RefusalText;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** All that {@code doctor} checks. Blocks while it asks programs for their versions. */
public final class Doctor {

  private final Map<String, Check> checks = new LinkedHashMap<>();

  public Doctor(CheckContext around) {
    checks.put("java", () -> SystemChecks.java(Runtime.version().feature()));
    checks.put("locale", () -> SystemChecks.locale(System.getProperty("sun.jnu.encoding", "")));
    checks.put("clock", () -> SystemChecks.clock(around.clock()));
    checks.put("loopback", SystemChecks::loopback);
    checks.put("temp", new TemporaryDirectory(System.getProperty("java.io.tmpdir", "/tmp")));
    checks.put("python", new PythonCheck(around));
    checks.put("git", new GitCheck(new Programs(around.variables())));
    checks.put("cache", () -> DirectoryChecks.cache(around.cache().directory()));
    checks.put("home", new HomeCheck(around));
    ProviderChecks providers = new ProviderChecks(around);
    checks.put("adapters", providers::adapters);
    checks.put("providers", providers::providers);
    checks.put("prices", providers::prices);
    checks.put("agents", providers::agents);
  }

  /** Takes them all, whatever the earlier ones found. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    checks.forEach((name, check) -> findings.addAll(taken(name, check)));
    return List.copyOf(findings);
  }

  private static List<Finding> taken(String name, Check check) {
    try {
      return check.take();
    } catch (RefusedException e) {
      return List.of(Finding.fault(name, RefusalText.of(e)));
    } catch (StoreException e) {
      return List.of(Finding.fault(name, String.valueOf(e.getMessage())));
    } catch (CompletionException e) {
      return List.of(Finding.fault(name, String.valueOf(Causes.of(e).getMessage())));
    } catch (IOException e) {
      return List.of(Finding.fault(name, FileErrors.reason(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(Finding.fault(name, "interrupted"));
    }
  }
}

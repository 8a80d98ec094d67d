package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileTrouble;
import dev.agentworkflows.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** All that {@code doctor} looks at. Blocks while it asks programs for their versions. */
public final class Checkup {

  private final Map<String, Look> looks = new LinkedHashMap<>();

  public Checkup(Surroundings around) {
    looks.put("java", () -> SystemLooks.java(Runtime.version().feature()));
    looks.put("locale", () -> SystemLooks.locale(System.getProperty("sun.jnu.encoding", "")));
    looks.put("clock", () -> SystemLooks.clock(around.clock()));
    looks.put("loopback", SystemLooks::loopback);
    looks.put("temp", new TemporaryDirectory(System.getProperty("java.io.tmpdir", "/tmp")));
    looks.put("python", new PythonLook(around));
    looks.put("git", new GitLook(new Programs(around.variables())));
    looks.put("cache", () -> DirectoryLooks.cache(around.cache().directory()));
    looks.put("home", new HomeLook(around));
    ProviderLooks providers = new ProviderLooks(around);
    looks.put("adapters", providers::adapters);
    looks.put("providers", providers::providers);
    looks.put("prices", providers::prices);
    looks.put("agents", providers::agents);
  }

  /** Takes them all, whatever the earlier ones found. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    looks.forEach((name, look) -> findings.addAll(taken(name, look)));
    return List.copyOf(findings);
  }

  private static List<Finding> taken(String name, Look look) {
    try {
      return look.take();
    } catch (RefusedException | StoreException e) {
      return List.of(Finding.fault(name, String.valueOf(e.getMessage())));
    } catch (CompletionException e) {
      return List.of(Finding.fault(name, String.valueOf(cause(e).getMessage())));
    } catch (IOException e) {
      return List.of(Finding.fault(name, FileTrouble.reason(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(Finding.fault(name, "interrupted"));
    }
  }

  /** What the store's own thread met. */
  private static Throwable cause(CompletionException e) {
    return e.getCause() == null ? e : e.getCause();
  }
}

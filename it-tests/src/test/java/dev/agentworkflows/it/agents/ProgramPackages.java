package dev.agentworkflows.it.agents;

import dev.agentworkflows.it.NpmPackages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Programs of agents from npm, in the versions that the tests know, or in the newest ones. */
final class ProgramPackages {

  /** The model that answers them: always the one that the tests know. */
  private static final Package MODEL = new Package("@copilotkit/aimock", "1.43.0");

  private final String name;
  private final List<Package> known;
  private final Map<List<Package>, NpmPackages> installs = new HashMap<>();
  private @Nullable List<Package> newest;
  private String trouble = "";

  record Package(String name, String version) {

    @Override
    public String toString() {
      return name + " " + version;
    }
  }

  /**
   * @param directory holds {@code node_modules}
   * @param versions for people
   */
  record Installed(Path directory, String versions) {

    Path programs() {
      return directory.resolve("node_modules/.bin");
    }
  }

  /**
   * @param name what their directory's name begins with
   */
  ProgramPackages(String name, Package... known) {
    this.name = name;
    this.known = List.of(known);
  }

  /** Those for a test class; where they can't be had, it is skipped. */
  Installed installFor(Class<?> testClass) throws IOException, InterruptedException {
    boolean onlyNewest = testClass.isAnnotationPresent(NewestPrograms.class);
    List<Package> wanted = onlyNewest || newestAsked() ? newest() : known;
    Assumptions.assumeFalse(wanted.isEmpty(), () -> "newest versions: " + trouble);
    Assumptions.assumeFalse(
        onlyNewest && (wanted.equals(known) || newestAsked()),
        () -> "the newest versions are those of the other tests: " + words(wanted));
    Optional<Installed> installed = install(wanted);
    Assumptions.assumeTrue(installed.isPresent(), () -> trouble);
    return installed.orElseThrow();
  }

  /**
   * Those that all tests have; empty when they can't be had, and {@link #trouble} then says why.
   */
  Optional<Installed> install() throws IOException, InterruptedException {
    return install(newestAsked() ? newest() : known);
  }

  synchronized String trouble() {
    return trouble;
  }

  private synchronized Optional<Installed> install(List<Package> wanted)
      throws IOException, InterruptedException {
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    NpmPackages npm = installs.computeIfAbsent(wanted, this::packages);
    Optional<Path> directory = npm.directory();
    if (directory.isEmpty()) {
      trouble = "%s could not be installed: %s".formatted(words(wanted), npm.trouble());
    }
    return directory.map(path -> new Installed(path, words(wanted)));
  }

  private NpmPackages packages(List<Package> wanted) {
    List<Package> all = new ArrayList<>(wanted);
    all.add(MODEL);
    return new NpmPackages(
        all.stream().map(Package::version).collect(Collectors.joining("-", name + "-", "")),
        all.stream().map(one -> one.name() + "@" + one.version()).toList());
  }

  /** Asked for once; empty when the registry does not answer. */
  private synchronized List<Package> newest() throws IOException, InterruptedException {
    List<Package> found = newest;
    if (found == null) {
      found = new ArrayList<>();
      for (Package one : known) {
        Optional<String> version = NpmPackages.newestVersion(one.name());
        if (version.isEmpty()) {
          trouble = "npm's registry does not tell that of " + one.name();
          found = List.of();
          break;
        }
        found.add(new Package(one.name(), version.get()));
      }
      newest = List.copyOf(found);
    }
    return found;
  }

  private static boolean newestAsked() {
    return System.getProperty("agents", "").equals("newest");
  }

  private static String words(List<Package> packages) {
    return packages.stream().map(Package::toString).collect(Collectors.joining(", "));
  }
}

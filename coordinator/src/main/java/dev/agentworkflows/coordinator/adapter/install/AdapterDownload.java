package dev.agentworkflows.coordinator.adapter.install;

import dev.agentworkflows.coordinator.QuietLoggers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.eclipse.aether.ConfigurationProperties;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession.CloseableSession;
import org.eclipse.aether.RepositorySystemSession.SessionBuilder;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.resolution.ResolutionErrorPolicy;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;
import org.eclipse.aether.util.repository.SimpleArtifactDescriptorPolicy;
import org.eclipse.aether.util.repository.SimpleResolutionErrorPolicy;

/** Fetches an artifact with all that it needs to run, into the user's local Maven repository. */
final class AdapterDownload {

  /** What the coordinator gives to every adapter; a copy of its own would never be used. */
  private static final List<Exclusion> GIVEN =
      List.of(
          new Exclusion("dev.agentworkflows", "adapters-spi", "*", "*"),
          new Exclusion("org.jspecify", "jspecify", "*", "*"));

  private static final int CONNECT_MILLIS = 20_000;

  /** A server may be silent for so long. */
  private static final int SILENCE_MILLIS = 60_000;

  private final DownloadBounds.Limits limits;
  private final MavenSettings settings;
  private final List<RemoteRepository> repositories;

  AdapterDownload(
      MavenSettings settings, List<RemoteRepository> repositories, DownloadBounds.Limits limits) {
    this.limits = limits;
    QuietLoggers.set(Level.WARNING, "org.eclipse.aether");
    this.settings = settings;
    this.repositories = repositories;
  }

  /** The jars by the file name that each gets, the artifact's own first. */
  Map<String, Path> fetch(Coordinates coordinates) {
    try (RepositorySystem system = new RepositorySystemSupplier().getRepositorySystem();
        CloseableSession session = session(system).build()) {
      Artifact artifact =
          new DefaultArtifact(
              coordinates.group(), coordinates.artifact(), "jar", coordinates.version());
      CollectRequest collection =
          new CollectRequest()
              .setRoot(new Dependency(artifact, JavaScopes.RUNTIME, false, GIVEN))
              .setRepositories(system.newResolutionRepositories(session, repositories));
      DependencyRequest request =
          new DependencyRequest(
              collection, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME));
      return named(system.resolveDependencies(session, request).getArtifactResults());
    } catch (DependencyResolutionException e) {
      throw new ResolutionErrors(coordinates, repositories).refusal(e);
    }
  }

  private SessionBuilder session(RepositorySystem system) {
    SessionBuilder session =
        new SessionBuilderSupplier(system)
            .get()
            .withLocalRepositoryBaseDirectories(settings.localRepository())
            .setSystemProperties(System.getProperties())
            .setConfigProperty(ConfigurationProperties.CONNECT_TIMEOUT, CONNECT_MILLIS)
            .setConfigProperty(ConfigurationProperties.REQUEST_TIMEOUT, SILENCE_MILLIS)
            .setTransferListener(new DownloadBounds(limits))
            // What is fetched is run: what can't be checked is not taken.
            .setChecksumPolicy(RepositoryPolicy.CHECKSUM_POLICY_FAIL)
            .setUpdatePolicy(RepositoryPolicy.UPDATE_POLICY_ALWAYS)
            // A failure must not be remembered: the next try may be about its mending.
            .setResolutionErrorPolicy(
                new SimpleResolutionErrorPolicy(ResolutionErrorPolicy.CACHE_DISABLED))
            .setArtifactDescriptorPolicy(new SimpleArtifactDescriptorPolicy(true, false))
            // An artifact must not lead to repositories that the person did not choose.
            .setIgnoreArtifactDescriptorRepositories(true);
    settings.applyTo(session);
    return session;
  }

  private static Map<String, Path> named(List<ArtifactResult> results) {
    Map<String, Path> byName = new LinkedHashMap<>();
    for (ArtifactResult result : results) {
      Artifact artifact = result.getArtifact();
      if (artifact.getExtension().equals("jar")) {
        String classifier =
            artifact.getClassifier().isEmpty() ? "" : "-" + artifact.getClassifier();
        String name = artifact.getArtifactId() + "-" + artifact.getVersion() + classifier + ".jar";
        // Two groups may have an artifact of the same name.
        byName.put(
            byName.containsKey(name) ? artifact.getGroupId() + "." + name : name,
            artifact.getPath());
      }
    }
    return byName;
  }
}

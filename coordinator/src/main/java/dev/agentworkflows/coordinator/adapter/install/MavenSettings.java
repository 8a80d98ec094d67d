package dev.agentworkflows.coordinator.adapter.install;

import dev.agentworkflows.coordinator.InstallRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.maven.settings.Mirror;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.DefaultSettingsBuilderFactory;
import org.apache.maven.settings.building.DefaultSettingsBuildingRequest;
import org.apache.maven.settings.building.SettingsBuildingException;
import org.eclipse.aether.RepositorySystemSession.SessionBuilder;
import org.eclipse.aether.repository.Authentication;
import org.eclipse.aether.repository.Proxy;
import org.eclipse.aether.util.repository.AuthenticationBuilder;
import org.eclipse.aether.util.repository.DefaultAuthenticationSelector;
import org.eclipse.aether.util.repository.DefaultMirrorSelector;
import org.eclipse.aether.util.repository.DefaultProxySelector;
import org.jspecify.annotations.Nullable;

/** What of the user's {@code ~/.m2/settings.xml} holds here: all but profiles. */
final class MavenSettings {

  private final Settings settings;
  private final Path directory;

  private MavenSettings(Settings settings, Path directory) {
    this.settings = settings;
    this.directory = directory;
  }

  /** Reads them; a file that is not there says nothing. */
  static MavenSettings of(Path userHome, Map<String, String> environment) {
    Path directory = userHome.resolve(".m2");
    Path file = directory.resolve("settings.xml");
    Properties properties = new Properties();
    properties.putAll(System.getProperties());
    properties.setProperty("user.home", userHome.toString());
    environment.forEach((name, value) -> properties.setProperty("env." + name, value));
    DefaultSettingsBuildingRequest request = new DefaultSettingsBuildingRequest();
    request.setUserSettingsFile(file.toFile());
    request.setSystemProperties(properties);
    try {
      return new MavenSettings(
          new DefaultSettingsBuilderFactory().newInstance().build(request).getEffectiveSettings(),
          directory);
    } catch (SettingsBuildingException e) {
      throw new RefusedException(
          new InstallRefusal.UnusableSettings(file, String.valueOf(e.getMessage()).strip()), e);
    }
  }

  /** Where Maven keeps what it fetched, and what was installed on this machine. */
  Path localRepository() {
    String configured = settings.getLocalRepository();
    return configured == null || configured.isBlank()
        ? directory.resolve("repository")
        : Path.of(configured);
  }

  /** Mirrors, proxies and credentials. */
  void applyTo(SessionBuilder session) {
    session.setOffline(settings.isOffline());
    session.setMirrorSelector(mirrors());
    session.setProxySelector(proxies());
    session.setAuthenticationSelector(credentials());
  }

  private DefaultMirrorSelector mirrors() {
    DefaultMirrorSelector selector = new DefaultMirrorSelector();
    for (Mirror mirror : settings.getMirrors()) {
      selector.add(
          mirror.getId(),
          mirror.getUrl(),
          mirror.getLayout(),
          false,
          mirror.isBlocked(),
          mirror.getMirrorOf(),
          mirror.getMirrorOfLayouts());
    }
    return selector;
  }

  private DefaultProxySelector proxies() {
    DefaultProxySelector selector = new DefaultProxySelector();
    for (org.apache.maven.settings.Proxy proxy : settings.getProxies()) {
      if (proxy.isActive()) {
        selector.add(
            new Proxy(
                proxy.getProtocol(),
                proxy.getHost(),
                proxy.getPort(),
                login(proxy.getUsername(), proxy.getPassword())),
            proxy.getNonProxyHosts());
      }
    }
    return selector;
  }

  private DefaultAuthenticationSelector credentials() {
    DefaultAuthenticationSelector selector = new DefaultAuthenticationSelector();
    for (Server server : settings.getServers()) {
      selector.add(server.getId(), login(server.getUsername(), server.getPassword()));
    }
    return selector;
  }

  private static @Nullable Authentication login(@Nullable String user, @Nullable String password) {
    return user == null
        ? null
        : new AuthenticationBuilder().addUsername(user).addPassword(password).build();
  }
}

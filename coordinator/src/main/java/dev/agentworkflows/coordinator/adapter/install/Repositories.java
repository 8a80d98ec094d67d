package dev.agentworkflows.coordinator.adapter.install;

import dev.agentworkflows.coordinator.InstallRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.aether.repository.RemoteRepository;
import org.jspecify.annotations.Nullable;

/**
 * The Maven repositories to look in. Those that a person names stand instead of Maven Central, so
 * that nobody else's artifact of the same name can come from there.
 */
final class Repositories {

  private static final String CENTRAL = "central";
  private static final String CENTRAL_URL = "https://repo.maven.apache.org/maven2/";

  private Repositories() {}

  /**
   * By what was named, in that order; Maven Central when nothing was.
   *
   * @param named URLs, or {@code central}
   */
  static List<RemoteRepository> of(List<String> named) {
    Map<String, RemoteRepository> byId = new LinkedHashMap<>();
    for (String name : named.isEmpty() ? List.of(CENTRAL) : named) {
      URI uri = name.equals(CENTRAL) ? URI.create(CENTRAL_URL) : checked(name);
      String id = id(name, uri);
      String unique = byId.containsKey(id) ? id + "-" + (byId.size() + 1) : id;
      byId.put(unique, new RemoteRepository.Builder(unique, "default", uri.toString()).build());
    }
    return List.copyOf(byId.values());
  }

  /** Mirrors and credentials in the user's Maven settings are found by it. */
  private static String id(String name, URI uri) {
    if (name.equals(CENTRAL)) {
      return CENTRAL;
    }
    return uri.getHost() == null ? "local" : uri.getHost();
  }

  private static URI checked(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw refused(url, "is not a URL", e);
    }
    String scheme = String.valueOf(uri.getScheme());
    if (uri.getRawUserInfo() != null) {
      throw new RefusedException(
          new InstallRefusal.PasswordInAddress(String.valueOf(uri.getHost())));
    }
    boolean fine =
        switch (scheme) {
          case "https" -> uri.getHost() != null;
          case "file" -> true;
          case "http" -> isLoopback(uri);
          default -> false;
        };
    if (!fine) {
      throw refused(url, "is none of https://…, file:…, http:// on this machine, central", null);
    }
    return uri;
  }

  /** Whoever is on the way of plain HTTP could put code of their own into an adapter. */
  private static boolean isLoopback(URI uri) {
    try {
      return uri.getHost() != null && InetAddress.getByName(uri.getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static RefusedException refused(String url, String problem, @Nullable Exception cause) {
    return new RefusedException(new InstallRefusal.BadRepository(url, problem), cause);
  }
}

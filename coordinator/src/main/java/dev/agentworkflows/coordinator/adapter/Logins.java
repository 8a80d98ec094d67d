package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.spi.AdapterFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which providers are asked with one login: those that go to the same place with the same key. What
 * is not surely the same is another login: a limit that holds too few calls costs one refusal, and
 * one that holds too many costs hours.
 */
final class Logins {

  /** Settings that say how a login is used, and not whose it is. */
  private static final Set<String> NOT_OF_THE_LOGIN = notOfTheLogin();

  private static final Pattern OF_PROGRAMS =
      Pattern.compile("HOME|XDG_\\w+_HOME|\\w+_(CONFIG_DIR|HOME)");

  private final Map<String, String> environment;
  private final Map<String, String> firstByIdentity = new HashMap<>();

  Logins(Map<String, String> environment) {
    this.environment = environment;
  }

  private static Set<String> notOfTheLogin() {
    Set<String> settings = new HashSet<>(ProviderConfiguration.KEEPS_DESTINATION);
    settings.add("read_only_mode");
    return Set.copyOf(settings);
  }

  /**
   * A login.
   *
   * @param name of the first provider that was given with it
   * @param account tells it from others of any configuration and environment: a digest, for a key
   *     is among it; never written anywhere
   */
  record Login(String name, String account) {}

  Login of(String name, AdapterFactory factory, ProviderConfiguration.Entry entry) {
    String account = identity(name, factory, entry);
    String first = firstByIdentity.putIfAbsent(account, name);
    return new Login(first == null ? name : first, account);
  }

  /** A digest, for a key is among it. */
  private String identity(String name, AdapterFactory factory, ProviderConfiguration.Entry entry) {
    Map<String, String> place = new TreeMap<>();
    for (String setting : entry.settings().keySet()) {
      String value = entry.value(setting);
      if (value != null && !NOT_OF_THE_LOGIN.contains(setting)) {
        place.put(setting, setting.equals(ProviderConfiguration.BASE_URL) ? url(value) : value);
      }
    }
    if (!place.containsKey(ProviderConfiguration.BASE_URL)) {
      place.put(ProviderConfiguration.KIND, factory.name());
    }
    Set<String> keys = new TreeSet<>();
    for (String variable : Provider.keyVariables(name, factory, entry)) {
      String key = environment.getOrDefault(variable, "").strip();
      if (!key.isEmpty()) {
        keys.add(key);
      }
    }
    // Where programs keep the login of whoever uses them.
    List<String> directories =
        environment.keySet().stream()
            .filter(variable -> OF_PROGRAMS.matcher(variable).matches())
            .sorted()
            .map(variable -> variable + "=" + environment.get(variable))
            .toList();
    return Sha256.hex((place + "\n" + keys + "\n" + directories).getBytes(StandardCharsets.UTF_8));
  }

  /** As it is compared: without what may be written in one way or another. */
  private static String url(String written) {
    String bare = written.strip().replaceAll("/+$", "");
    try {
      URI uri = new URI(bare);
      return uri.getScheme() == null || uri.getRawAuthority() == null
          ? bare
          : uri.getScheme().toLowerCase(Locale.ROOT)
              + "://"
              + uri.getRawAuthority().toLowerCase(Locale.ROOT)
              + bare.substring(
                  bare.indexOf(uri.getRawAuthority()) + uri.getRawAuthority().length());
    } catch (URISyntaxException e) {
      return bare;
    }
  }
}

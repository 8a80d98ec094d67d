package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileTrouble;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a user configured about providers: the providers file, and over it the environment. An entry
 * that makes no sense breaks its own provider and no other. Immutable.
 */
final class ProviderConfiguration {

  static final String KIND = "kind";
  static final String MODEL = "default_model";
  static final String CONCURRENCY = "concurrency";
  static final String REQUESTS_PER_MINUTE = "requests_per_minute";
  static final String TOKENS_PER_MINUTE = "tokens_per_minute";

  private static final String FILE_VARIABLE = "OWF_PROVIDERS_FILE";
  private static final String PREFIX = "OWF_PROVIDER_";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern NAMING = Pattern.compile(PREFIX + "([A-Z0-9_]+)_KIND");

  /** One setting, and where it was found: a variable's name, or the file. */
  record Setting(String value, String source) {}

  /**
   * A provider's settings by their names in the file.
   *
   * @param problem why the provider can't be used; null when nothing speaks against it
   */
  record Entry(Map<String, Setting> settings, @Nullable String problem) {

    @Nullable String value(String name) {
      Setting setting = settings.get(name);
      return setting == null || setting.value().isBlank() ? null : setting.value().strip();
    }
  }

  private final Map<String, String> environment;
  private final Map<String, Entry> fromFile = new TreeMap<>();

  private ProviderConfiguration(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Reads the file, if there is one.
   *
   * @throws RefusedException when it is there and can't be read as a whole
   */
  static ProviderConfiguration of(Map<String, String> environment) {
    ProviderConfiguration configuration = new ProviderConfiguration(environment);
    String named = environment.getOrDefault(FILE_VARIABLE, "");
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    Path file =
        named.isBlank() ? Path.of(home, ".workflows", "providers.json") : Path.of(named.strip());
    try {
      configuration.read(file, Files.readString(file));
    } catch (NoSuchFileException e) {
      if (!named.isBlank()) {
        throw new RefusedException(
            FILE_VARIABLE + " names " + file + ", and there is no such file.", e);
      }
    } catch (IOException e) {
      throw new RefusedException("cannot read " + file + ": " + FileTrouble.reason(e) + ".", e);
    }
    return configuration;
  }

  private void read(Path file, String text) {
    JsonNode providers;
    try {
      providers = Json.read(text).get("providers");
    } catch (JsonTextException e) {
      throw new RefusedException(file + " is not JSON: " + e.getMessage() + ".", e);
    }
    if (providers == null || !providers.isObject()) {
      throw new RefusedException(
          file + " has no object \"providers\", as in {\"providers\": {\"groq\": {\"kind\": …}}}.");
    }
    for (Map.Entry<String, JsonNode> provider : providers.properties()) {
      fromFile.put(provider.getKey().toLowerCase(Locale.ROOT), entry(file, provider.getValue()));
    }
  }

  private static Entry entry(Path file, JsonNode node) {
    Map<String, Setting> settings = new TreeMap<>();
    if (!node.isObject()) {
      return new Entry(settings, "its entry in " + file + " is not an object");
    }
    for (Map.Entry<String, JsonNode> setting : node.properties()) {
      JsonNode value = setting.getValue();
      if (value.isNull()) {
        continue;
      }
      if (!value.isString() && !value.isNumber()) {
        return new Entry(
            settings,
            "'%s' of its entry in %s is neither a text nor a number"
                .formatted(setting.getKey(), file));
      }
      settings.put(setting.getKey(), new Setting(value.asString(), file.toString()));
    }
    return new Entry(settings, null);
  }

  /** The providers that the user named himself, in the file or by a variable with a kind. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(fromFile.keySet());
    for (String variable : environment.keySet()) {
      Matcher matcher = NAMING.matcher(variable);
      if (matcher.matches()) {
        names.add(matcher.group(1).toLowerCase(Locale.ROOT).replace('_', '-'));
      }
    }
    return names;
  }

  /** The names that the file gives to variables with keys. */
  Set<String> keyVariables() {
    Set<String> names = new TreeSet<>();
    fromFile
        .values()
        .forEach(entry -> {
          String name = entry.value("api_key_env");
          if (name != null) {
            names.add(name);
          }
        });
    return names;
  }

  /** A provider's settings, the environment's over the file's. */
  Entry entry(String provider) {
    Entry file = fromFile.getOrDefault(provider, new Entry(Map.of(), null));
    Map<String, Setting> settings = new TreeMap<>(file.settings());
    String prefix = PREFIX + provider.toUpperCase(Locale.ROOT).replace('-', '_') + "_";
    environment.forEach((variable, value) -> {
      if (variable.startsWith(prefix)) {
        String name = variable.substring(prefix.length()).toLowerCase(Locale.ROOT);
        settings.put(name.equals("model") ? MODEL : name, new Setting(value, variable));
      }
    });
    String problem =
        NAME.matcher(provider).matches()
            ? file.problem()
            : "its name may have lower-case letters, digits and dashes alone";
    return new Entry(settings, problem);
  }
}

package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.RegularFiles;
import dev.agentworkflows.coordinator.home.UserFile;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
  static final String COMMAND = "command";
  static final String API_KEY_ENV = "api_key_env";
  static final String BASE_URL = "base_url";
  static final String MAX_TOKENS = "max_tokens";
  static final String MODEL = "default_model";
  static final String CONCURRENCY = "concurrency";
  static final String REQUESTS_PER_MINUTE = "requests_per_minute";
  static final String TOKENS_PER_MINUTE = "tokens_per_minute";
  static final String FALLBACK = "fallback";

  private static final String FILE_VARIABLE = "OWF_PROVIDERS_FILE";
  private static final String PREFIX = "OWF_PROVIDER_";
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+([-.][a-z0-9]+)*");

  /** A variable that makes a provider: the others only say more about one. */
  private static final Pattern NAMING = Pattern.compile(PREFIX + "([A-Z0-9_]+)_(KIND|BASE_URL)");

  /** The kind of most endpoints, and of those whose entry names none. */
  private static final String USUAL_KIND = "openai";

  /** Another word for it. */
  private static final String USUAL_KIND_IN_FULL = "openai-compatible";

  /** What leaves a call going where all calls of its kind go. */
  static final Set<String> KEEPS_DESTINATION =
      Set.of(
          KIND,
          API_KEY_ENV,
          MODEL,
          CONCURRENCY,
          REQUESTS_PER_MINUTE,
          TOKENS_PER_MINUTE,
          MAX_TOKENS,
          FALLBACK);

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

    /** Whose adapter it goes through; null when nothing says so. */
    @Nullable String kind() {
      String kind = value(KIND);
      if (kind == null) {
        // Without an address too it would go to OpenAI itself, with a key that is for another.
        return value(BASE_URL) == null ? null : USUAL_KIND;
      }
      String lower = kind.toLowerCase(Locale.ROOT);
      return lower.equals(USUAL_KIND_IN_FULL) ? USUAL_KIND : lower;
    }

    /** Whether its calls may go to another server than those of its kind's own provider. */
    boolean changesDestination() {
      return settings.keySet().stream()
          .anyMatch(name -> !KEEPS_DESTINATION.contains(name) && value(name) != null);
    }
  }

  private final Map<String, String> environment;
  private final Map<String, Entry> fromFile = new TreeMap<>();
  private @Nullable JsonNode routes;
  private String routesFile = "";

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
    Path file =
        named.isBlank()
            ? UserFile.usual("providers.json", environment)
            : UserFile.named(named, environment);
    try {
      configuration.read(file, RegularFiles.readString(file));
    } catch (NoSuchFileException e) {
      if (!named.isBlank()) {
        throw new RefusedException(new FileRefusal.NamedMissing(FILE_VARIABLE, file), e);
      }
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.Unreadable(file, FileErrors.reason(e)), e);
    }
    return configuration;
  }

  private void read(Path file, String text) {
    JsonNode providers;
    try {
      JsonNode whole = Json.read(text);
      routes = whole.get("routes");
      routesFile = file.toString();
      providers = whole.get("providers");
    } catch (JsonTextException e) {
      throw new RefusedException(
          new FileRefusal.Malformed(file.toString(), "is not JSON: " + e.getMessage()), e);
    }
    if (providers == null && routes != null) {
      return;
    }
    if (providers == null || !providers.isObject()) {
      throw new RefusedException(
          new FileRefusal.Malformed(
              file.toString(),
              "has no object \"providers\", as in {\"providers\": {\"groq\": {\"kind\": …}}}"));
    }
    for (Map.Entry<String, JsonNode> provider : providers.properties()) {
      String name = canonical(provider.getKey());
      Entry earlier = fromFile.put(name, entry(file, provider.getValue()));
      if (earlier != null) {
        fromFile.put(name, new Entry(Map.of(), "two entries in " + file + " have its name"));
      }
    }
  }

  /**
   * A name as it is kept: without capitals, and with dashes alone, since a variable's name has no
   * dashes.
   */
  static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
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
      if (setting.getKey().equals(COMMAND) && value.isArray()) {
        // A program and its arguments, which no single text can hold without rules for quoting.
        settings.put(COMMAND, new Setting(Json.write(value), file.toString()));
        continue;
      }
      if (setting.getKey().equals(FALLBACK)) {
        try {
          names(value)
              .ifPresent(names ->
                  settings.put(FALLBACK, new Setting(ProviderList.join(names), file.toString())));
        } catch (SettingException e) {
          return new Entry(settings, "its entry in " + file + " " + e.getMessage());
        }
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

  /**
   * The names of a fallback: a list, or one text with commas; empty where there is none.
   *
   * @throws SettingException when it is something else
   */
  static Optional<List<String>> names(JsonNode fallback) throws SettingException {
    if (fallback.isMissingNode() || fallback.isNull()) {
      return Optional.empty();
    }
    if (fallback.isString()) {
      return Optional.of(
          fallback.asString().isBlank() ? List.of() : ProviderList.split(fallback.asString()));
    }
    List<String> names = new ArrayList<>();
    for (JsonNode name : fallback) {
      if (!name.isString()) {
        throw new SettingException("has a fallback that is no list of names");
      }
      names.addAll(ProviderList.split(name.asString()));
    }
    if (!fallback.isArray()) {
      throw new SettingException("has a fallback that is no list of names");
    }
    return Optional.of(names);
  }

  /**
   * @param known canonical names by all names that providers have
   * @throws RefusedException when one of the routes makes no sense
   */
  Routes routes(Map<String, String> known) {
    return routes == null || routes.isNull() ? Routes.NONE : Routes.of(routesFile, routes, known);
  }

  /** The providers that the user named, in the file or by a variable. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(fromFile.keySet());
    environment.forEach((variable, value) -> {
      Matcher matcher = NAMING.matcher(variable);
      if (matcher.matches() && !value.isBlank()) {
        names.add(canonical(matcher.group(1)));
      }
    });
    return names;
  }

  /** The names that the file gives to variables with keys. */
  Set<String> keyVariables() {
    Set<String> names = new TreeSet<>();
    fromFile
        .values()
        .forEach(entry -> {
          String name = entry.value(API_KEY_ENV);
          if (name != null && !WrittenSecrets.isKey(name, environment)) {
            names.add(name);
          }
        });
    return names;
  }

  /** Secrets that stand in the settings themselves, by where they stand. */
  Map<String, String> writtenSecrets() {
    WrittenSecrets secrets = new WrittenSecrets(environment);
    fromFile.forEach((provider, entry) ->
        entry
            .settings()
            .forEach((name, setting) -> secrets.add(provider + "." + name, name, setting.value())));
    environment.forEach((variable, value) -> {
      if (variable.startsWith(PREFIX)) {
        secrets.add(variable, variable.toLowerCase(Locale.ROOT), value);
      }
    });
    return secrets.found();
  }

  /** A provider's settings, the environment's over the file's. */
  Entry entry(String provider) {
    Entry file = fromFile.getOrDefault(provider, new Entry(Map.of(), null));
    Map<String, Setting> settings = new TreeMap<>(file.settings());
    String prefix =
        PREFIX + provider.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_') + "_";
    environment.forEach((variable, value) -> {
      if (variable.startsWith(prefix)) {
        String name = variable.substring(prefix.length()).toLowerCase(Locale.ROOT);
        settings.put(name.equals("model") ? MODEL : name, new Setting(value, variable));
      }
    });
    String problem =
        NAME.matcher(provider).matches()
            ? file.problem()
            : "its name may have letters, digits, dashes, underscores and dots alone";
    Setting key = settings.get(API_KEY_ENV);
    if (key != null && WrittenSecrets.isKey(key.value().strip(), environment)) {
      settings.remove(API_KEY_ENV);
      problem =
          "api_key_env (from %s) is no variable's name, but looks like a key: put the key into an"
                  .formatted(key.source())
              + " environment variable, and that variable's name here";
    }
    return new Entry(settings, problem);
  }
}

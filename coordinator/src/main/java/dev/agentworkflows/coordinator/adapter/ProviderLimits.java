package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.AdapterFactory;
import java.util.Map;

/**
 * How much may be asked of a provider; 0 for no limit.
 *
 * @param concurrency calls at once
 * @param requestsPerMinute calls, retries included
 * @param tokensPerMinute input and output together
 */
record ProviderLimits(int concurrency, int requestsPerMinute, int tokensPerMinute) {

  /** Of a provider that can't be asked at all. */
  static final ProviderLimits UNUSABLE = new ProviderLimits(1, 0, 0);

  private static final String ALL = "OWF_MAX_CONCURRENCY";

  /**
   * @throws SettingException when a setting is no number above 0
   */
  static ProviderLimits of(
      AdapterFactory factory, ProviderConfiguration.Entry entry, Map<String, String> environment)
      throws SettingException {
    int otherwise =
        factory.concurrency() > 0 && environment.containsKey(ALL)
            ? positive(ALL, environment.getOrDefault(ALL, ""))
            : factory.concurrency();
    return new ProviderLimits(
        number(entry, ProviderConfiguration.CONCURRENCY, otherwise),
        number(entry, ProviderConfiguration.REQUESTS_PER_MINUTE, 0),
        number(entry, ProviderConfiguration.TOKENS_PER_MINUTE, 0));
  }

  private static int number(ProviderConfiguration.Entry entry, String name, int otherwise)
      throws SettingException {
    ProviderConfiguration.Setting setting = entry.settings().get(name);
    if (setting == null) {
      return otherwise;
    }
    boolean variable = setting.source().startsWith("OWF_");
    return positive(
        variable ? setting.source() : name + " in " + setting.source(), setting.value());
  }

  private static int positive(String setting, String value) throws SettingException {
    try {
      int number = Integer.parseInt(value.strip());
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, together with numbers that make no sense
    }
    throw new SettingException(
        setting + " is '" + value + "', where a whole number above 0 was expected");
  }
}

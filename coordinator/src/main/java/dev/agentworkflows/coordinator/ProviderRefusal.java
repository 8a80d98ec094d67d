package dev.agentworkflows.coordinator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a provider that somebody named is not asked. */
public sealed interface ProviderRefusal extends Refusal {

  /** A list of providers has an empty name in it. */
  record NoName(List<String> known) implements ProviderRefusal {
    @Override
    public String text() {
      return "a name in the list of providers is empty; known are: " + String.join(", ", known);
    }
  }

  /** Names with commas between them, where one was expected. */
  record SeveralNames(String written, List<String> names) implements ProviderRefusal {
    @Override
    public String text() {
      return "'%s' is several names, where one was expected; a script gives several as a list: provider=[\"%s\"]"
          .formatted(written, String.join("\", \"", names));
    }
  }

  /**
   * @param meant the known name that is like it; null when none is
   */
  record Unknown(String name, @Nullable String meant, List<String> known)
      implements ProviderRefusal {
    @Override
    public String text() {
      return "unknown provider '"
          + name
          + "'"
          + (meant == null ? "" : " (did you mean " + meant + "?)")
          + "; known are: "
          + String.join(", ", known);
    }
  }

  record Unusable(String name, String problem) implements ProviderRefusal {
    @Override
    public String text() {
      return "the provider '" + name + "' can't be used: " + problem;
    }
  }

  /**
   * @param names the list as it was written
   */
  record NamedTwice(String names, String name) implements ProviderRefusal {
    @Override
    public String text() {
      return "of the providers '" + names + "', '" + name + "' is there twice";
    }
  }

  /** Who says that a name is its own, and where it comes from. */
  record Claim(String provider, String origin) {
    @Override
    public String toString() {
      return "'" + provider + "' (" + origin + ")";
    }
  }

  record ClaimedTwice(String name, Claim one, Claim other) implements ProviderRefusal {
    @Override
    public String text() {
      return "two adapters claim the provider name '%s': those of %s and %s"
          .formatted(name, one, other);
    }
  }
}

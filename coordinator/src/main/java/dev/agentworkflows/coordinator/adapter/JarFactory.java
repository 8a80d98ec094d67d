package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A factory from a third party's jar, as it described itself when it was found. It is asked only
 * once: a name that changes, or a method that fails later, can't harm whoever looks at it then.
 */
record JarFactory(
    String name,
    Set<String> aliases,
    Set<Capability> capabilities,
    Set<Capability> ofReadOnlyCalls,
    Set<Capability> ofMutatingCalls,
    Optional<String> defaultModel,
    Set<String> secrets,
    int concurrency,
    AdapterFactory factory,
    JarScope scope)
    implements AdapterFactory {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  /**
   * Asks a factory who it is.
   *
   * @throws IllegalArgumentException when it says what can't be
   * @throws Exception whatever the factory itself throws
   */
  static JarFactory of(AdapterFactory factory, Path path, ClassLoader loader) throws Exception {
    // A factory may well be the first class of its jar to run; its name is not known before.
    return new JarScope(factory.getClass().getName(), path, loader)
        .inside(() -> {
          String name = wellFormed(factory.name(), "name");
          Set<String> aliases = new TreeSet<>();
          for (String alias : factory.aliases()) {
            aliases.add(wellFormed(alias, "alias"));
          }
          aliases.remove(name);
          int concurrency = factory.concurrency();
          if (concurrency < 0) {
            throw new IllegalArgumentException("its concurrency is " + concurrency);
          }
          return new JarFactory(
              name,
              aliases,
              Set.copyOf(factory.capabilities()),
              Set.copyOf(factory.capabilities(false)),
              Set.copyOf(factory.capabilities(true)),
              // A factory that is wrong may give null here, whatever the SPI says.
              factory.defaultModel().filter(model -> !model.isBlank()),
              Set.copyOf(factory.secrets()),
              concurrency,
              factory,
              new JarScope(name, path, loader));
        });
  }

  @Override
  public Set<Capability> capabilities(boolean mutating) {
    return mutating ? ofMutatingCalls : ofReadOnlyCalls;
  }

  private static String wellFormed(String name, String what) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "its " + what + " is '" + name + "', where lower-case letters, digits and dashes go");
    }
    return name;
  }

  /** The jar, or the directory of jars, that it comes from. */
  Path path() {
    return scope.path();
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    try {
      return new JarAdapter(scope.answer("creating it", () -> factory.create(context)), scope);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AdapterException(
          AdapterException.Kind.NOT_SENT, scope.what() + " was interrupted while it was made");
    }
  }
}

package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.AdapterFactory;

/**
 * All that third parties' adapters see besides their own jars: the JDK, and the SPI as the
 * coordinator itself has it, so that what crosses between the two has one class. The coordinator's
 * own classes and libraries are hidden: an adapter brings the versions that it was built with.
 */
final class SpiLoader extends ClassLoader {

  static {
    registerAsParallelCapable();
  }

  private static final String SPI = AdapterFactory.class.getPackageName() + ".";

  /** The SPI is annotated with them; a second copy would do no harm, but also no good. */
  private static final String NULLNESS = "org.jspecify.annotations.";

  private final ClassLoader ours;

  SpiLoader() {
    super("adapter-spi", ClassLoader.getPlatformClassLoader());
    this.ours = SpiLoader.class.getClassLoader();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return name.startsWith(SPI) || name.startsWith(NULLNESS)
        ? ours.loadClass(name)
        : super.loadClass(name, resolve);
  }
}

package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.coordinator.home.AdaptersDirectory;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.SpiLevel;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * One third party's adapter on disk: a jar, or a directory that holds a jar with those that it
 * needs. Its classes are loaded apart from ours and from all other adapters'.
 */
final class AdapterJar implements AutoCloseable {

  private static final String SERVICE = "META-INF/services/" + AdapterFactory.class.getName();

  private final Path path;
  private final FoundAdapter found;
  private @Nullable URLClassLoader loader;

  /** Tells a problem that ends the looking; its message is for people. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String problem) {
      super(problem);
    }
  }

  private AdapterJar(Path path) {
    this.path = path;
    this.found = inspect();
  }

  /** Opens it and asks its factories who they are; nothing that is wrong with it is thrown. */
  static AdapterJar open(Path path) {
    return new AdapterJar(path);
  }

  static boolean isJar(Path path) {
    return path.getFileName().toString().endsWith(".jar");
  }

  FoundAdapter found() {
    return found;
  }

  @Override
  public void close() {
    try {
      if (loader != null) {
        loader.close();
      }
    } catch (IOException e) {
      System.getLogger(AdapterJar.class.getName())
          .log(System.Logger.Level.DEBUG, "can't close " + path, e);
    }
  }

  private FoundAdapter inspect() {
    try {
      List<Path> jars = jars();
      OptionalInt level = level(jars);
      return new FoundAdapter.Usable(path, factories(jars), level);
    } catch (Unusable e) {
      close();
      return new FoundAdapter.Broken(path, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new FoundAdapter.Broken(path, "it can't be read: " + FileErrors.reason(e));
    }
  }

  private List<Path> jars() throws IOException, Unusable {
    List<Path> jars = jarsIn(path);
    for (Path jar : jars) {
      if (!Files.isRegularFile(jar)) {
        throw new Unusable(jar.getFileName() + " is no regular file");
      }
    }
    for (Path each : Stream.concat(Stream.of(path), jars.stream()).toList()) {
      if (AdaptersDirectory.isWritableByOthers(each)) {
        throw new Unusable(
            "others may write to it, and what is in it is run; run: chmod go-w " + each);
      }
    }
    return jars;
  }

  private static List<Path> jarsIn(Path path) throws IOException, Unusable {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      List<Path> jars = files.filter(AdapterJar::isJar).sorted().toList();
      if (jars.isEmpty()) {
        throw new Unusable("it is a directory without a jar");
      }
      return jars;
    }
  }

  /** Reads manifests alone: a jar for another level must be refused before its code runs. */
  private static OptionalInt level(List<Path> jars) throws IOException, Unusable {
    OptionalInt level = OptionalInt.empty();
    boolean serves = false;
    for (Path file : jars) {
      try (JarFile jar = new JarFile(file.toFile())) {
        if (jar.getEntry(SERVICE) == null) {
          continue;
        }
        serves = true;
        OptionalInt stated = stated(jar.getManifest());
        if (stated.orElse(0) > level.orElse(0)) {
          level = stated;
        }
      } catch (ZipException e) {
        throw new Unusable(file.getFileName() + " is not a jar: " + e.getMessage());
      }
    }
    if (!serves) {
      throw new Unusable("it names no adapter: there is no " + SERVICE + " in it");
    }
    return level;
  }

  private static OptionalInt stated(@Nullable Manifest manifest) throws Unusable {
    String text =
        manifest == null
            ? null
            : manifest.getMainAttributes().getValue(SpiLevel.MANIFEST_ATTRIBUTE);
    if (text == null) {
      return OptionalInt.empty();
    }
    int level;
    try {
      level = Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      level = 0;
    }
    if (level < 1) {
      throw new Unusable(
          "its manifest has "
              + SpiLevel.MANIFEST_ATTRIBUTE
              + ": "
              + text
              + ", where a whole number above 0 was expected");
    }
    if (level > SpiLevel.CURRENT) {
      throw new Unusable(
          ("it was built for SPI level %d, and this coordinator has level %d; update the coordinator,"
                  + " or take an earlier version of the adapter")
              .formatted(level, SpiLevel.CURRENT));
    }
    return OptionalInt.of(level);
  }

  private List<JarFactory> factories(List<Path> jars) throws Unusable {
    URLClassLoader ownLoader =
        new URLClassLoader(
            "adapter " + path.getFileName(),
            jars.stream().map(AdapterJar::url).toArray(URL[]::new),
            new SpiLoader());
    loader = ownLoader;
    List<JarFactory> factories;
    try {
      factories = new JarScope("", path, ownLoader).inside(() -> loaded(ownLoader));
    } catch (ServiceConfigurationError e) {
      throw new Unusable(reason(e));
    } catch (IllegalArgumentException e) {
      throw new Unusable("its factory is not as it should be: " + e.getMessage());
    } catch (OutOfMemoryError | InternalError e) {
      throw e;
    } catch (Throwable e) {
      throw new Unusable("its factory threw " + e);
    }
    if (factories.isEmpty()) {
      throw new Unusable("it names no adapter: its " + SERVICE + " is empty");
    }
    return factories;
  }

  private List<JarFactory> loaded(ClassLoader ownLoader) throws Exception {
    List<JarFactory> factories = new ArrayList<>();
    for (AdapterFactory factory : ServiceLoader.load(AdapterFactory.class, ownLoader)) {
      factories.add(JarFactory.of(factory, path, ownLoader));
    }
    return factories;
  }

  /** What the service loader says, and what it was that went wrong. */
  private static String reason(ServiceConfigurationError e) {
    String message = String.valueOf(e.getMessage());
    String prefix = AdapterFactory.class.getName() + ": ";
    String plain = message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    return e.getCause() == null ? plain : plain + ": " + e.getCause();
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.agentworkflows.coordinator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.home.FileTree;
import dev.agentworkflows.spi.AdapterFactory;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** A third party's jar, compiled from sources that a test holds. */
public final class JarOfSources {

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> resources = new LinkedHashMap<>();
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<Path> classPath = new ArrayList<>();

  /** A jar with a whole adapter: provider {@code name}, whose answers begin with its name. */
  public static JarOfSources adapter(String name) {
    String type = "Adapter_" + name.replace('-', '_');
    return new JarOfSources()
        .source(type, factorySource(type, name, "\"" + name + ": \" + call.prompt()"))
        .service("party." + type);
  }

  /** The source of a factory in the package {@code party}, whose answer is an expression. */
  public static String factorySource(String type, String name, String answer) {
    return """
    package party;
    import dev.agentworkflows.spi.*;
    public class %s implements AdapterFactory {
      public String name() { return "%s"; }
      public Adapter create(AdapterContext context) throws AdapterException {
        return (call, attempt) -> new AgentReply(%s, null, Usage.UNKNOWN, null);
      }
    }
    """
        .formatted(type, name, answer);
  }

  /** A class in the package {@code party}. */
  public JarOfSources source(String type, String text) {
    sources.put(type, text);
    return this;
  }

  /** What the service file says. */
  public JarOfSources service(String text) {
    resources.put("META-INF/services/" + AdapterFactory.class.getName(), text + "\n");
    return this;
  }

  public JarOfSources attribute(String name, String value) {
    attributes.put(name, value);
    return this;
  }

  /** Compiles against another jar as well. */
  public JarOfSources against(Path jar) {
    classPath.add(jar);
    return this;
  }

  /** Writes the jar; a compiled class whose name is {@code leftOut} stays out. */
  public Path writeTo(Path jar, @Nullable String leftOut) throws IOException {
    Path work = Files.createTempDirectory("compile-");
    try {
      compile(work);
      pack(jar, work, leftOut);
    } finally {
      FileTree.delete(work);
    }
    return jar;
  }

  public Path writeTo(Path jar) throws IOException {
    return writeTo(jar, null);
  }

  private void pack(Path jar, Path work, @Nullable String leftOut) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest);
        Stream<Path> files = Files.walk(work)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = work.relativize(file).toString();
        if (name.endsWith(".class") && !name.equals("party/" + leftOut + ".class")) {
          entries.putNextEntry(new ZipEntry(name));
          entries.write(Files.readAllBytes(file));
        }
      }
      for (Map.Entry<String, String> resource : resources.entrySet()) {
        entries.putNextEntry(new ZipEntry(resource.getKey()));
        entries.write(resource.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void compile(Path work) throws IOException {
    if (sources.isEmpty()) {
      return;
    }
    List<String> command =
        new ArrayList<>(List.of("-proc:none", "-d", work.toString(), "-cp", pathOf()));
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = work.resolve(source.getKey() + ".java");
      command.add(Files.writeString(file, source.getValue()).toString());
    }
    int code =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, command.toArray(String[]::new));
    assertThat(code).as("javac's exit code").isZero();
  }

  private String pathOf() {
    try {
      Path spi =
          Path.of(AdapterFactory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      List<String> path =
          new ArrayList<>(List.of(spi.toString(), System.getProperty("java.class.path")));
      classPath.forEach(jar -> path.add(jar.toString()));
      return String.join(File.pathSeparator, path);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.agentworkflows.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/adapters.md shows in Java compiles against the test kit as it is. */
class DocumentedExamplesTest {

  private static final Path PAGE = Path.of("../docs/adapters.md");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\n(.*?)^```");

  private static final String IMPORTS =
      """
      import dev.agentworkflows.spi.*;
      import dev.agentworkflows.testkit.*;
      import java.io.*;
      import java.nio.file.*;
      import java.time.*;
      import java.util.*;
      """;

  /** What a reader would have of their own. */
  private static final String OF_THE_READER =
      """
      class MyAdapterFactory implements AdapterFactory {
        public String name() { return "mine"; }
        public Adapter create(AdapterContext context) { throw new UnsupportedOperationException(); }
      }
      class MyBackend implements Backend {
        MyBackend(Path directory) {}
        public Map<String, String> settings() { return Map.of(); }
        public void behave(Behaviour behaviour) {}
        public void awaitRequest(Duration atMost) {}
        public void close() {}
      }
      """;

  static List<String> examples() throws IOException {
    List<String> examples = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    while (block.find()) {
      examples.add(block.group(1));
    }
    return examples;
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleCompiles(String example, @TempDir Path classes) {
    StringWriter errors = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            classes.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    List<JavaFileObject> source = List.of(new Source(IMPORTS + example + OF_THE_READER));
    assertThat(compiler.getTask(errors, null, null, options, null, source).call())
        .as("%s%n%s", example, errors)
        .isTrue();
  }

  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String text) {
      super(URI.create("string:///Example.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}

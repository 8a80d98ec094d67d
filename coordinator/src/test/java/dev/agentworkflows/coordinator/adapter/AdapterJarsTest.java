package dev.agentworkflows.coordinator.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.AdaptersDirectory;
import dev.agentworkflows.coordinator.testing.JarOfSources;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.SpiLevel;
import dev.agentworkflows.spi.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AdapterJarsTest {

  private static final CallContext ATTEMPT = () -> 1;

  @TempDir private Path directory;

  @Test
  void aJarInTheDirectoryIsAProvider() throws Exception {
    JarOfSources.adapter("alpha").writeTo(directory.resolve("alpha.jar"));

    assertThat(ask("alpha")).isEqualTo("alpha: hello");
  }

  @Test
  void aDirectoryOfJarsIsOneAdapterWithWhatItNeeds() throws Exception {
    Path own = Files.createDirectory(directory.resolve("beta"));
    Path library =
        new JarOfSources()
            .source(
                "Words", "package party; public class Words { public static String w = \"lib\"; }")
            .writeTo(own.resolve("words.jar"));
    new JarOfSources()
        .source("Beta", JarOfSources.factorySource("Beta", "beta", "Words.w"))
        .service("party.Beta")
        .against(library)
        .writeTo(own.resolve("zz-beta.jar"));

    assertThat(ask("beta")).isEqualTo("lib");
  }

  @Test
  @Timeout(20)
  void whatIsNoRegularFileHangsNothing() throws Exception {
    JarOfSources.adapter("alpha").writeTo(directory.resolve("alpha.jar"));
    Path own = Files.createDirectory(directory.resolve("beta"));
    for (Path fifo : List.of(directory.resolve("fifo.jar"), own.resolve("fifo.jar"))) {
      assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    }
    Files.createSymbolicLink(directory.resolve("zero.jar"), Path.of("/dev/zero"));

    try (AdapterJars jars = AdapterJars.in(directory)) {
      assertThat(jars.factories()).extracting("name").containsExactly("alpha");
      assertThat(jars.warnings()).hasSize(3).allMatch(line -> line.contains("no regular file"));
    }
  }

  @Test
  void anAdapterThatOthersMayChangeIsLeftOut() throws Exception {
    Path alpha = JarOfSources.adapter("alpha").writeTo(directory.resolve("alpha.jar"));
    Path own = Files.createDirectory(directory.resolve("beta"));
    JarOfSources.adapter("beta").writeTo(own.resolve("beta.jar"));
    Files.setPosixFilePermissions(alpha, PosixFilePermissions.fromString("rw-rw-r--"));
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xrwx"));

    try (AdapterJars jars = AdapterJars.in(directory)) {
      assertThat(jars.factories()).isEmpty();
      assertThat(jars.warnings()).hasSize(2).allMatch(line -> line.contains("chmod go-w"));
    }
  }

  @Test
  void aDirectoryThatOthersMayWriteToIsRefused() throws Exception {
    AdaptersDirectory adapters = AdaptersDirectory.of(directory, Map.of());
    assertThat(adapters.toRead()).isEqualTo(directory);
    for (String rights : List.of("rwxrwx---", "rwxr-xrwx", "rwxrwxrwx")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(rights));
      assertThatThrownBy(adapters::toRead)
          .isInstanceOfSatisfying(
              RefusedException.class,
              refused ->
                  assertThat(refused.refusal())
                      .contains(new HomeRefusal.AdaptersOpenToOthers(directory)));
    }
  }

  @Test
  void adaptersDoNotSeeEachOthersClasses() throws Exception {
    for (String version : List.of("1", "2")) {
      new JarOfSources()
          .source("V", "package party; class V { static String v = \"v" + version + "\"; }")
          .source("Same", JarOfSources.factorySource("Same", "version-" + version, "V.v"))
          .service("party.Same")
          .writeTo(directory.resolve(version + ".jar"));
    }

    assertThat(ask("version-1")).isEqualTo("v1");
    assertThat(ask("version-2")).isEqualTo("v2");
  }

  @Test
  void ourOwnClassesAndLibrariesAreHidden() throws Exception {
    adapterAnswering(
            """
            java.util.stream.Stream.of("dev.agentworkflows.coordinator.cli.Main", "picocli.CommandLine",
                "tools.jackson.databind.JsonNode", "dev.agentworkflows.spi.Usage", "java.sql.Date",
                "java.net.http.HttpClient").filter(party.Hidden::sees).toList().toString()
            """)
        .source(
            "Hidden",
            """
            package party;
            class Hidden {
              static boolean sees(String name) {
                try {
                  Class.forName(name);
                  return true;
                } catch (ClassNotFoundException e) {
                  return false;
                }
              }
            }
            """)
        .writeTo(directory.resolve("a.jar"));

    assertThat(ask("asked"))
        .isEqualTo("[dev.agentworkflows.spi.Usage, java.sql.Date, java.net.http.HttpClient]");
  }

  @Test
  void ourResourcesAndServicesAreHidden() throws Exception {
    adapterAnswering(
            "String.valueOf(party.Asked.class.getClassLoader().getResource(\"examples/hello_workflow.py\"))")
        .writeTo(directory.resolve("a.jar"));

    assertThat(ask("asked")).isEqualTo("null");
  }

  @Test
  void theContextLoaderIsTheAdaptersWhileItRuns() throws Exception {
    adapterAnswering(
            "\"\" + (Thread.currentThread().getContextClassLoader() == party.Asked.class.getClassLoader())")
        .writeTo(directory.resolve("a.jar"));
    ClassLoader before = Thread.currentThread().getContextClassLoader();

    assertThat(ask("asked")).isEqualTo("true");
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void aCopyOfTheSpiInAnAdaptersJarIsNotUsed() throws Exception {
    JarOfSources.adapter("alpha")
        .source(
            "Usage",
            "package dev.agentworkflows.spi; public class Usage { public static final Usage UNKNOWN = null; }")
        .writeTo(directory.resolve("alpha.jar"));

    assertThat(reply("alpha").usage()).isSameAs(Usage.UNKNOWN);
  }

  @Test
  void whatIsBrokenIsToldAndHidesNoOther() throws Exception {
    JarOfSources.adapter("fine").writeTo(directory.resolve("m-fine.jar"));
    Files.writeString(directory.resolve("a-text.jar"), "not a jar");
    Files.createDirectory(directory.resolve("b-empty"));
    new JarOfSources().service("party.Missing").writeTo(directory.resolve("c-missing.jar"));
    new JarOfSources().writeTo(directory.resolve("d-no-service.jar"));
    new JarOfSources().service("# nothing").writeTo(directory.resolve("e-empty-service.jar"));
    factory("Throws", "throws", "{ if (true) throw new IllegalStateException(\"no licence\"); }")
        .writeTo(directory.resolve("f-throws.jar"));
    factory("Links", "links", "{ new Gone(); }")
        .source("Gone", "package party; class Gone {}")
        .writeTo(directory.resolve("g-links.jar"), "Gone");
    factory("Name", "No Name", "").writeTo(directory.resolve("h-name.jar"));
    factory("Late", "late", "public java.util.Set<String> aliases() { return null; }")
        .writeTo(directory.resolve("i-null.jar"));
    factory("Fatal", "fatal", "public int concurrency() { throw new Error(\"on fire\"); }")
        .writeTo(directory.resolve("k-error.jar"));
    new JarOfSources().service("not a class name").writeTo(directory.resolve("j-garbage.jar"));

    try (AdapterJars jars = AdapterJars.in(directory)) {
      assertThat(jars.factories()).extracting("name").containsExactly("fine");
      assertThat(jars.warnings())
          .satisfiesExactly(
              line -> assertThat(line).contains("a-text.jar", "not a jar"),
              line -> assertThat(line).contains("b-empty", "without a jar"),
              line -> assertThat(line).contains("c-missing.jar", "party.Missing not found"),
              line -> assertThat(line).contains("d-no-service.jar", "META-INF/services"),
              line -> assertThat(line).contains("e-empty-service.jar", "empty"),
              line -> assertThat(line).contains("f-throws.jar", "no licence"),
              line -> assertThat(line).contains("g-links.jar", "NoClassDefFoundError", "Gone"),
              line -> assertThat(line).contains("h-name.jar", "'No Name'"),
              line -> assertThat(line).contains("i-null.jar", "NullPointerException"),
              line -> assertThat(line).contains("j-garbage.jar"),
              line -> assertThat(line).contains("k-error.jar", "on fire"))
          .allSatisfy(line -> assertThat(line).doesNotContain("\n"));
    }
  }

  @Test
  void otherFilesAndHiddenOnesAreNobodys() throws Exception {
    Files.writeString(directory.resolve("README.md"), "mine");
    Files.createDirectory(directory.resolve(".install-1"));
    Files.writeString(directory.resolve(".half.jar"), "half");

    assertThat(AdapterJars.in(directory).found()).isEmpty();
    assertThat(AdapterJars.in(directory.resolve("nowhere")).found()).isEmpty();
  }

  @Test
  void aNewerSpiLevelIsRefusedBeforeAnyCodeRuns() throws Exception {
    factory("Newer", "newer", "{ if (true) throw new IllegalStateException(\"ran\"); }")
        .attribute(SpiLevel.MANIFEST_ATTRIBUTE, String.valueOf(SpiLevel.CURRENT + 1))
        .writeTo(directory.resolve("newer.jar"));

    assertThat(problem("newer.jar"))
        .contains("SPI level " + (SpiLevel.CURRENT + 1), "level " + SpiLevel.CURRENT, "update")
        .doesNotContain("ran");
  }

  @Test
  void theStatedSpiLevelIsTold() throws Exception {
    JarOfSources.adapter("alpha")
        .attribute(SpiLevel.MANIFEST_ATTRIBUTE, "1")
        .writeTo(directory.resolve("alpha.jar"));
    JarOfSources.adapter("beta").writeTo(directory.resolve("beta.jar"));
    JarOfSources.adapter("gamma")
        .attribute(SpiLevel.MANIFEST_ATTRIBUTE, "one")
        .writeTo(directory.resolve("gamma.jar"));

    try (AdapterJars jars = AdapterJars.in(directory)) {
      assertThat(ListedAdapter.all(jars))
          .filteredOn(adapter -> adapter.path() != null)
          .extracting(ListedAdapter::spiLevel)
          .containsExactly(1, null, null);
    }
    assertThat(problem("gamma.jar")).contains("one", "whole number");
  }

  @Test
  void aDuplicateNameFailsAndNamesBothJars() throws Exception {
    JarOfSources.adapter("twin").writeTo(directory.resolve("one.jar"));
    JarOfSources.adapter("twin").writeTo(directory.resolve("two.jar"));

    assertThatThrownBy(() -> Providers.load(Map.of(), AdapterJars.in(directory)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("'twin'")
        .hasMessageContaining(directory.resolve("one.jar").toString())
        .hasMessageContaining(directory.resolve("two.jar").toString());
    try (AdapterJars jars = AdapterJars.in(directory)) {
      assertThat(ListedAdapter.all(jars))
          .filteredOn(adapter -> adapter.problem() != null)
          .singleElement()
          .satisfies(adapter -> assertThat(adapter.problem()).contains("twin", "one.jar"));
    }
  }

  @Test
  void anAliasMayNotBeAnotherProvidersName() throws Exception {
    factory(
            "Sly",
            "sly",
            "public java.util.Set<String> aliases() { return java.util.Set.of(\"fake\"); }")
        .writeTo(directory.resolve("sly.jar"));

    assertThatThrownBy(() -> Providers.load(Map.of(), AdapterJars.in(directory)))
        .hasMessageContaining("'fake'")
        .hasMessageContaining("built in")
        .hasMessageContaining("sly.jar");
  }

  @Test
  void anAdaptersOwnFailureCrossesTheLoaders() throws Exception {
    adapterAnswering("party.Fails.now()")
        .source(
            "Fails",
            """
            package party;
            import dev.agentworkflows.spi.AdapterException;
            class Fails {
              static String now() throws AdapterException {
                throw new AdapterException(AdapterException.Kind.TRANSIENT, "come back later");
              }
            }
            """)
        .writeTo(directory.resolve("a.jar"));

    assertThatThrownBy(() -> ask("asked"))
        .isInstanceOfSatisfying(
            AdapterException.class,
            e -> assertThat(e.kind()).isEqualTo(AdapterException.Kind.TRANSIENT))
        .hasMessage("come back later");
  }

  @Test
  void whateverElseAnAdapterThrowsIsToldAsItsFault() throws Exception {
    adapterAnswering("party.Fails.now()")
        .source(
            "Fails",
            """
            package party;
            class Fails {
              @SuppressWarnings("unchecked")
              static <T extends Throwable> String now() throws T {
                throw (T) new java.io.IOException("undeclared");
              }
            }
            """)
        .writeTo(directory.resolve("a.jar"));

    assertThatThrownBy(() -> ask("asked"))
        .isInstanceOf(AdapterException.class)
        .hasMessageContaining("'asked'")
        .hasMessageContaining("a.jar")
        .hasMessageContaining("undeclared");
  }

  @Test
  void anAdapterThatGivesNullIsAtFault() throws Exception {
    new JarOfSources()
        .source(
            "Nulls",
            JarOfSources.factorySource("Nulls", "nulls", "\"\"")
                .replace("return (call", "if (true) return null; return (call"))
        .service("party.Nulls")
        .writeTo(directory.resolve("n.jar"));

    assertThatThrownBy(() -> ask("nulls")).hasMessageContaining("gave null");
  }

  @Test
  void anAdapterWhoseAnswersAtOnceFailsDoesNot() throws Exception {
    new JarOfSources()
        .source(
            "Hasty",
            JarOfSources.factorySource("Hasty", "hasty", "\"\"")
                .replace(
                    "return (call",
                    """
                    if (true) return new Adapter() {
                      public AgentReply invoke(AgentCall call, CallContext context) { return null; }
                      public boolean answersAtOnce(AgentCall call) { throw new AssertionError(); }
                      public void close() { throw new AssertionError("at the end"); }
                    };
                    return (call\
                    """))
        .service("party.Hasty")
        .writeTo(directory.resolve("h.jar"));

    try (Providers providers = Providers.load(Map.of(), AdapterJars.in(directory))) {
      Adapter adapter = providers.find("hasty").orElseThrow().adapter();
      assertThat(adapter.answersAtOnce(call())).isFalse();
    }
  }

  private String ask(String provider) throws Exception {
    return reply(provider).text();
  }

  private AgentReply reply(String provider) throws Exception {
    try (Providers providers = Providers.load(Map.of(), AdapterJars.in(directory))) {
      Adapter adapter = providers.find(provider).orElseThrow().adapter();
      return adapter.invoke(call(), ATTEMPT);
    }
  }

  private AgentCall call() {
    return new AgentCall(
        "call",
        "hello",
        null,
        null,
        null,
        directory,
        null,
        false,
        List.of(),
        List.of(),
        null,
        null,
        Duration.ofMinutes(1));
  }

  private String problem(String name) {
    return ((FoundAdapter.Broken) found(name)).problem();
  }

  private FoundAdapter found(String name) {
    try (AdapterJars jars = AdapterJars.only(directory.resolve(name))) {
      return jars.found().get(0);
    }
  }

  private static JarOfSources adapterAnswering(String expression) {
    return new JarOfSources()
        .source(
            "Asked",
            JarOfSources.factorySource("Asked", "asked", expression)
                .replace(
                    "new AgentReply(",
                    "answer(call)); } AgentReply answer(AgentCall call) throws AdapterException { return new AgentReply(")
                .replace("-> answer(call))", "-> answer(call)"))
        .service("party.Asked");
  }

  private static JarOfSources factory(String type, String name, String member) {
    return new JarOfSources()
        .source(
            type,
            JarOfSources.factorySource(type, name, "\"\"")
                .replace("public String name()", member + "\n  public String name()"))
        .service("party." + type);
  }
}

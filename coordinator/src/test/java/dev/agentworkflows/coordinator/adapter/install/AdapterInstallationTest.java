package dev.agentworkflows.coordinator.adapter.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.InstallRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.AdapterJars;
import dev.agentworkflows.coordinator.adapter.install.AdapterInstallation.Installed;
import dev.agentworkflows.coordinator.testing.JarOfSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class AdapterInstallationTest {

  private static final String ADAPTER = "org.example:talker:1.0";

  @TempDir private Path directory;
  private MavenRepository repository;
  private Path adapters;
  private Path userHome;

  @BeforeEach
  void publish() throws IOException {
    adapters = directory.resolve("adapters");
    userHome = Files.createDirectory(directory.resolve("user"));
    repository = new MavenRepository(Files.createDirectory(directory.resolve("repository")));
    Path words =
        new JarOfSources()
            .source(
                "Words", "package party; public class Words { public static String w = \"hi\"; }")
            .writeTo(directory.resolve("words.jar"));
    repository.publish("org.words:words:3", words);
    Path talker =
        new JarOfSources()
            .source("Talker", JarOfSources.factorySource("Talker", "talker", "Words.w"))
            .service("party.Talker")
            .against(words)
            .writeTo(directory.resolve("talker.jar"));
    for (String coordinates : List.of(ADAPTER, "org.example:talker:2.0")) {
      repository.publish(
          coordinates,
          talker,
          "org.words:words:3:compile",
          "dev.agentworkflows:adapters-spi:9.9:compile",
          "org.nowhere:only-for-tests:1:test");
    }
  }

  @AfterEach
  void close() {
    repository.close();
  }

  @Test
  void anAdapterComesWithWhatItNeedsAndWithoutTheSpi() throws Exception {
    Installed installed = install(ADAPTER, repository.fileUrl(), false);

    assertThat(installed)
        .isEqualTo(new Installed(adapters.resolve("talker-1.0"), true, List.of("talker")));
    assertThat(files())
        .containsExactly(
            "talker-1.0/installed.json", "talker-1.0/talker-1.0.jar", "talker-1.0/words-3.jar");
    try (AdapterJars jars = AdapterJars.in(adapters)) {
      assertThat(jars.factories()).extracting("name").containsExactly("talker");
    }
  }

  @Test
  void theUsersMirrorIsAskedInsteadOfMavenCentral() throws Exception {
    settings(
        "<mirrors><mirror><id>m</id><mirrorOf>central</mirrorOf><url>"
            + repository.httpUrl()
            + "</url></mirror></mirrors>");

    assertThat(installation().install(Coordinates.parse(ADAPTER), List.of(), false).fresh())
        .isTrue();
    assertThat(repository.requests()).contains("/org/example/talker/1.0/talker-1.0.jar");
  }

  @Test
  void theSameVersionIsNotFetchedTwice() throws Exception {
    install(ADAPTER, repository.httpUrl(), false);
    int requests = repository.requests().size();

    Installed again = install(ADAPTER, repository.httpUrl(), false);

    assertThat(again.fresh()).isFalse();
    assertThat(again.providers()).containsExactly("talker");
    assertThat(repository.requests()).hasSize(requests);
  }

  @Test
  void anotherVersionIsReplacedOnlyByForce() throws Exception {
    install(ADAPTER, repository.fileUrl(), false);

    assertThatThrownBy(() -> install("org.example:talker:2.0", repository.fileUrl(), false))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.refusal())
                    .contains(
                        new InstallRefusal.AnotherVersion(
                            ADAPTER, adapters.resolve("talker-1.0"), "2.0")));
    assertThat(files()).allMatch(file -> file.startsWith("talker-1.0/"));

    assertThat(install("org.example:talker:2.0", repository.fileUrl(), true).fresh()).isTrue();
    assertThat(files()).hasSize(3).allMatch(file -> file.startsWith("talker-2.0/"));

    assertThat(install("org.example:talker:2.0", repository.fileUrl(), true).fresh()).isTrue();
    assertThat(files()).hasSize(3).allMatch(file -> file.startsWith("talker-2.0/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "all", "files", "time"})
  void aDownloadBeyondItsBoundsIsEndedAndLeavesNothing(String bound) throws Exception {
    DownloadBounds.Limits limits =
        switch (bound) {
          case "file" -> new DownloadBounds.Limits(100, 1 << 20, 100, Duration.ofMinutes(1));
          case "all" -> new DownloadBounds.Limits(1 << 20, 100, 100, Duration.ofMinutes(1));
          case "files" -> new DownloadBounds.Limits(1 << 20, 1 << 20, 1, Duration.ofMinutes(1));
          default -> new DownloadBounds.Limits(1 << 20, 1 << 20, 100, Duration.ZERO);
        };
    assertThatThrownBy(() ->
            new AdapterInstallation(adapters, userHome, Map.of(), limits)
                .install(Coordinates.parse(ADAPTER), List.of(repository.httpUrl()), false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("was not installed");
    assertThat(files()).isEmpty();
  }

  @Test
  void whatIsInstalledCanBeChangedByNobodyElse() throws Exception {
    install(ADAPTER, repository.fileUrl(), false);
    for (String file : files()) {
      if (file.endsWith(".jar")) {
        assertThat(Files.getPosixFilePermissions(adapters.resolve(file)))
            .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
      }
    }
    Files.setPosixFilePermissions(adapters, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThatThrownBy(() -> install(ADAPTER, repository.fileUrl(), true))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.refusal())
                    .contains(new HomeRefusal.AdaptersOpenToOthers(adapters)));
  }

  @Test
  void whatAPersonPutThereIsNotOverwritten() throws Exception {
    Path theirs = Files.createDirectories(adapters.resolve("talker-1.0")).resolve("own.jar");
    Files.writeString(theirs, "mine");

    assertThatThrownBy(() -> install(ADAPTER, repository.fileUrl(), true))
        .hasMessageContaining("in the way");
    assertThat(theirs).hasContent("mine");
  }

  @Test
  void anUnknownArtifactIsToldWithWhereItWasLookedFor() {
    assertThatThrownBy(() -> install("org.example:talker:7.0", repository.httpUrl(), false))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused ->
                assertThat(refused.refusal())
                    .contains(
                        new InstallRefusal.NotFound(
                            "org.example:talker:7.0",
                            "org.example:talker:jar:7.0",
                            List.of(repository.httpUrl()))));
    assertThat(adapters).isEmptyDirectory();
  }

  @Test
  void aMissingDependencyIsToldByItsOwnName() throws Exception {
    Files.delete(repository.file("org.words:words:3", "jar"));

    assertThatThrownBy(() -> install(ADAPTER, repository.fileUrl(), false))
        .hasMessageContaining("there is no org.words:words:jar:3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jar", "pom"})
  void aFileThatDoesNotMatchItsChecksumIsNotTaken(String extension) throws Exception {
    Files.writeString(
        repository.file(ADAPTER, extension + ".sha1"), "0123456789012345678901234567890123456789");

    for (String url : List.of(repository.httpUrl(), repository.fileUrl())) {
      assertThatThrownBy(() -> install(ADAPTER, url, false))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("does not match its checksum")
          .hasMessageContaining("talker")
          .hasMessageContaining(url);
      assertThat(adapters).isEmptyDirectory();
    }
  }

  @Test
  void aFileWithoutAnyChecksumIsNotTaken() throws Exception {
    Files.delete(repository.file(ADAPTER, "jar.sha1"));

    assertThatThrownBy(() -> install(ADAPTER, repository.httpUrl(), false))
        .hasMessageContaining("checksum");
  }

  @Test
  void noConnectionIsToldAsSuch() {
    String gone = repository.httpUrl();
    repository.close();

    assertThatThrownBy(() -> install(ADAPTER, gone, false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no connection")
        .hasMessageContaining("network");
  }

  @Test
  void aFailureIsNotRemembered() throws Exception {
    String later = "org.example:later:1";
    assertThatThrownBy(() -> install(later, repository.httpUrl(), false))
        .hasMessageContaining("there is no org.example:later:jar:1");
    repository.publish(
        later, JarOfSources.adapter("later").writeTo(directory.resolve("later.jar")));

    assertThat(install(later, repository.httpUrl(), false).providers()).containsExactly("later");
  }

  @Test
  void whatIsNoAdapterIsNotInstalled() {
    assertThatThrownBy(() -> install("org.words:words:3", repository.fileUrl(), false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("META-INF/services");
    assertThat(adapters).isEmptyDirectory();
  }

  @Test
  void anAdapterWhoseNameIsTakenIsNotInstalled() throws Exception {
    Path theirs = Files.createDirectories(adapters).resolve("own.jar");
    JarOfSources.adapter("talker").writeTo(theirs);

    assertThatThrownBy(() -> install(ADAPTER, repository.fileUrl(), false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("'talker'")
        .hasMessageContaining(theirs.toString());
    assertThat(files()).containsExactly("own.jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"talker", "a:b", "a:b:c:d", "a:../b:1", "a:b:[1,2)", "a:b:", ":b:1"})
  void whatIsNotGroupArtifactVersionIsRefused(String text) {
    assertThatThrownBy(() -> Coordinates.parse(text))
        .hasMessageContaining("GROUP:ARTIFACT:VERSION");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.1/maven",
        "ftp://x/",
        "nonsense",
        "https://me:hunter2@example.org/"
      })
  void anUntrustedRepositoryIsRefusedWithoutItsPassword(String url) {
    assertThatThrownBy(() -> install(ADAPTER, url, false))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("the repository")
        .message()
        .doesNotContain("hunter2");
  }

  private AdapterInstallation installation() {
    return new AdapterInstallation(adapters, userHome, Map.of());
  }

  private Installed install(String coordinates, String url, boolean force) {
    return installation().install(Coordinates.parse(coordinates), List.of(url), force);
  }

  private void settings(String content) throws IOException {
    Path file = Files.createDirectories(userHome.resolve(".m2")).resolve("settings.xml");
    Files.writeString(file, "<settings>" + content + "</settings>");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(adapters)) {
      return all.filter(Files::isRegularFile)
          .map(file -> adapters.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}

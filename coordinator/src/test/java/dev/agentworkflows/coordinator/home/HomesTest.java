package dev.agentworkflows.coordinator.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where homes are found and made. */
class HomesTest {

  @TempDir private Path temporary;

  private Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void realPath() throws IOException {
    directory = temporary.toRealPath();
    environment.put("HOME", directory.resolve("user").toString());
  }

  private Homes in(Path here) {
    return Homes.in(here, environment, UserCache.of(environment));
  }

  private Path repository() throws IOException {
    Files.createDirectories(directory.resolve("p/.git"));
    Files.createDirectories(directory.resolve("p/deep/down"));
    return directory.resolve("p");
  }

  @Test
  void outsideOfARepositoryAScriptsHomeIsMadeBesideIt() {
    WorkflowHome home = in(directory).forScript(null, directory.resolve("flows/a.py"));
    assertThat(home.directory()).isEqualTo(directory.resolve(".workflows"));
    Path flows = directory.resolve("flows");
    assertThat(flows.toFile().mkdirs()).isTrue();
    assertThat(in(flows).forScript(null, flows.resolve("a.py")).directory())
        .as("the one above, once it is there")
        .isEqualTo(directory.resolve(".workflows"));
  }

  @Test
  void allCommandsOfARepositoryAgreeOnOneHome() throws IOException {
    Path top = repository();
    Path expected = top.resolve(".workflows");
    Homes deep = in(top.resolve("deep/down"));
    assertThat(deep.place(null)).isEqualTo(expected);
    assertThat(in(top).forScript(null, top.resolve("deep/b.py")).directory()).isEqualTo(expected);
    assertThat(deep.existing(null).directory()).isEqualTo(expected);
    assertThat(deep.forReading(null, notes::add).directory()).isEqualTo(expected);
    assertThat(deep.forKeeping(null).directory()).isEqualTo(expected);
    assertThat(notes).isEmpty();
  }

  @Test
  void aHomeAboveTheRepositoryIsNotItsHome() throws IOException {
    in(directory).made(directory.resolve(".workflows"));
    Path top = repository();
    assertThat(in(top.resolve("deep")).place(null)).isEqualTo(top.resolve(".workflows"));
    Path linked = Files.createDirectories(directory.resolve("worktree/x"));
    Files.writeString(directory.resolve("worktree/.git"), "gitdir: elsewhere\n");
    assertThat(in(linked).place(null)).isEqualTo(directory.resolve("worktree/.workflows"));
  }

  @Test
  void aNearerHomeGoesBeforeTheOneAtTheTop() throws IOException {
    Path top = repository();
    in(top).made(top.resolve("deep/.workflows"));
    in(top).made(top.resolve(".workflows"));
    assertThat(in(top.resolve("deep/down")).place(null)).isEqualTo(top.resolve("deep/.workflows"));
  }

  @Test
  void aDirectoryOfSettingsAloneIsNoHome() throws IOException {
    Path settings = Files.createDirectories(directory.resolve(".workflows"));
    Files.writeString(settings.resolve("providers.json"), "{}");
    Path below = Files.createDirectories(directory.resolve("below"));
    assertThat(in(below).place(null)).isEqualTo(below.resolve(".workflows"));
  }

  @Test
  void outsideARepositoryNoDirectoryThatAllMayWriteToIsUsed() throws IOException {
    Path open = Files.createDirectories(directory.resolve("open"));
    in(open).made(open.resolve(".workflows"));
    Path below = Files.createDirectories(open.resolve("below"));
    assertThat(in(below).place(null)).isEqualTo(open.resolve(".workflows"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(in(below).place(null)).isEqualTo(below.resolve(".workflows"));
  }

  @Test
  void aLinkInTheHomesPlaceIsNotFollowed() throws IOException {
    Path top = repository();
    Path other = in(top).made(directory.resolve("other/.workflows")).directory();
    Files.createSymbolicLink(top.resolve(".workflows"), other);
    assertThatThrownBy(() -> in(top).existing(null))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is a link");
  }

  @Test
  void aLinkedScriptBelongsToTheProjectThatItLiesIn() throws IOException {
    Path top = repository();
    Files.writeString(top.resolve("deep/a.py"), "");
    Path link = Files.createSymbolicLink(directory.resolve("a.py"), top.resolve("deep/a.py"));
    assertThat(in(directory).placeForScript(null, link)).isEqualTo(top.resolve(".workflows"));
  }

  @Test
  void theOptionWinsOverTheEnvironmentAndThatOverTheProject() throws IOException {
    Path top = repository();
    environment.put("OWF_HOME", directory.resolve("env").toString());
    assertThat(in(top).forScript(null, top.resolve("a.py")).directory())
        .isEqualTo(directory.resolve("env"));
    assertThat(in(top).forScript(directory.resolve("opt"), top.resolve("a.py")).directory())
        .isEqualTo(directory.resolve("opt"));
  }

  @Test
  void onlyLookingFallsBackToTheHomeUsedLastAndSaysSo() throws IOException {
    Path top = repository();
    WorkflowHome used = in(top).forScript(null, top.resolve("a.py"));
    Path empty = Files.createDirectories(directory.resolve("q"));
    assertThat(in(empty).forReading(null, notes::add).directory()).isEqualTo(used.directory());
    assertThat(notes).singleElement().asString().contains(used.directory().toString());
    assertThatThrownBy(() -> in(empty).existing(null))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no .workflows in this project");
    assertThat(in(empty).forKeeping(null).directory()).isEqualTo(empty.resolve(".workflows"));
  }

  @Test
  void withNothingEverRunThereIsNoHome() {
    assertThatThrownBy(() -> in(directory).forReading(null, notes::add))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no script was run yet");
  }

  @Test
  void aHomeIsItsOwnersAloneAndInvisibleToGit() throws IOException {
    WorkflowHome home = in(directory).forScript(null, directory.resolve("a.py"));
    assertThat(Files.readString(home.directory().resolve(".gitignore"))).isEqualTo("*\n");
    assertThat(rights(home.directory())).isEqualTo("rwx------");
    for (String name : List.of(".gitignore", "workflow.sqlite", "home-id")) {
      assertThat(rights(home.directory().resolve(name))).as(name).isEqualTo("rw-------");
    }
  }

  @Test
  void aHomeWhereAFileIsInTheWayIsRefusedInPlainWords() throws IOException {
    Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> in(directory).made(directory.resolve("file")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("cannot write to the home");
  }

  @Test
  void aUserDirectoryThatCannotBeWrittenStopsNoRun() throws IOException {
    Files.writeString(directory.resolve("user"), "a file where a directory should be");
    WorkflowHome home = in(directory).forScript(null, directory.resolve("a.py"));
    assertThat(home.directory()).isDirectory();
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}

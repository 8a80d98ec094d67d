package dev.agentworkflows.coordinator.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose files are a user's own. */
class UserHomeTest {

  @ParameterizedTest
  @CsvSource({
    "/home/a, /home/b, /home/a",
    "'', /home/b, /home/b",
    "' ', /home/b, /home/b",
    "., /home/b, /home/b",
    "a/b, /home/b, /home/b",
    "'', ?, /nonexistent",
    "., ?, /nonexistent",
    "'', '', /nonexistent",
  })
  void aHomeIsNeverInTheWorkingDirectory(String variable, String ofTheJvm, Path expected) {
    assertThat(UserHome.of(Map.of("HOME", variable), ofTheJvm)).isEqualTo(expected);
  }

  @Test
  void nothingOfTheUsersIsLookedForInTheWorkingDirectory() {
    Map<String, String> environment = Map.of("HOME", ".");
    assertThat(UserCache.of(environment).directory()).isAbsolute();
    assertThat(StateFiles.of(environment, "kind").directory())
        .isEqualTo(StateFiles.of(Map.of(), "kind").directory());
    assertThat(AdaptersDirectory.of(null, environment))
        .isEqualTo(AdaptersDirectory.of(null, Map.of()));
    assertThat(UserFile.usual("providers.json", environment))
        .isEqualTo(UserFile.usual("providers.json", Map.of()));
    assertThat(UserFile.named("~/a", environment)).isEqualTo(UserFile.named("~/a", Map.of()));
  }
}

package dev.agentworkflows.coordinator.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChildEnvironmentTest {

  @Test
  void aChildSeesNoProvidersKeyAndNothingThatLeadsGitElsewhere() {
    Map<String, String> child =
        ChildEnvironment.of(
            Map.of(
                "PATH", "/bin",
                "GIT_AUTHOR_NAME", "A Person",
                "OPENAI_API_KEY", "sk-12345678",
                "OWF_PROVIDER_GROQ_API_KEY_ENV", "MY_KEY",
                "MY_KEY", "gk-12345678",
                "GIT_DIR", "/elsewhere/.git",
                "GIT_WORK_TREE", "/elsewhere",
                "GIT_INDEX_FILE", "/elsewhere/index",
                "IN_FILE", "if-12345678"),
            Set.of("IN_FILE"));

    assertThat(child).containsOnlyKeys("PATH", "GIT_AUTHOR_NAME", "OWF_PROVIDER_GROQ_API_KEY_ENV");
  }

  @Test
  void aChildSeesNoTokenOfOurs() {
    Map<String, String> child =
        ChildEnvironment.of(
            Map.of(
                "PATH", "/bin",
                "OWF_TOKEN", "operators-token-1",
                "OWF_TOKEN_FILE", "/home/me/token",
                "OWF_CLIENT_KEY", "/home/me/key.pem",
                "OWF_RUN_TOKEN", "runs-token-1"),
            Set.of());

    assertThat(child).containsOnlyKeys("PATH");
  }
}

package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a read-only call as a file of their own, readable by its owner only, for as long as
 * the call is out.
 */
final class PolicyFile implements AutoCloseable {

  private final @Nullable Path file;
  private final String option;

  private PolicyFile(@Nullable Path file, String option) {
    this.file = file;
    this.option = option;
  }

  /** Without rules, there is no file and no argument. */
  static PolicyFile of(AgentKind.@Nullable ReadOnly readOnly) throws AdapterException {
    AgentKind.Policy policy = readOnly == null ? null : readOnly.policy();
    if (policy == null) {
      return new PolicyFile(null, "");
    }
    try {
      Path file = Files.createTempFile("owf-read-only-", ".toml");
      Files.writeString(file, policy.rules());
      return new PolicyFile(file, policy.option());
    } catch (IOException e) {
      throw new AdapterException(
          Kind.NOT_SENT,
          "the rules of a read-only call could not be written to the temporary directory: "
              + e.getMessage());
    }
  }

  /** What names it on a command line. */
  List<String> arguments() {
    return file == null ? List.of() : List.of(option + "=" + file);
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // It holds nothing but rules that stand in this program.
    }
  }
}

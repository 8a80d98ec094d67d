package dev.agentworkflows.it.mcp;

import dev.agentworkflows.it.NpmPackages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The protocol's official conformance suite and inspector, with a Node that is new enough for them,
 * installed once per machine through npm.
 *
 * @param directory holds {@code node_modules}
 */
record InstalledMcpPrograms(Path directory) {

  private static final String CONFORMANCE = "0.1.16";
  private static final String INSPECTOR = "2.12.0";
  private static final String NODE = "22.23.3";

  private static final NpmPackages NPM =
      new NpmPackages(
          "mcp-" + String.join("-", CONFORMANCE, INSPECTOR, NODE),
          List.of(
              "@modelcontextprotocol/conformance@" + CONFORMANCE,
              "@modelcontextprotocol/inspector@" + INSPECTOR,
              "node@" + NODE));

  /** Empty when npm or its registry is not there; {@link #trouble} then says more. */
  static Optional<InstalledMcpPrograms> find() throws IOException, InterruptedException {
    return NPM.directory().map(InstalledMcpPrograms::new);
  }

  /** Why they are not there. */
  static String trouble() {
    return "the conformance suite and the inspector could not be installed: " + NPM.trouble();
  }

  /** The directory with the programs, Node among them. */
  Path programs() {
    return directory.resolve("node_modules/.bin");
  }
}

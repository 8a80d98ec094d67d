package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.MakeArtifacts;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunFiles;
import dev.agentworkflows.coordinator.app.ShowCall;
import dev.agentworkflows.coordinator.app.WriteReport;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of one run that a client may read. A name is looked up among those that a run can have,
 * and never put together with others to a path; a link, which an agent may have left there, is not
 * followed.
 */
final class RunDirectory {

  private static final List<String> OF_RUN =
      List.of("manifest.json", "summary.md", "output.json", "traceback.txt");
  private static final List<String> REPORTS = List.of("report.md", "report.html");
  private static final Set<String> OF_CALL =
      Set.of("prompt.txt", "output.txt", "output.json", "error.txt", "transcript.jsonl");

  /** A file that is there. */
  record Found(String path, Path file, long size) {}

  /**
   * A piece of a file.
   *
   * @param next where the rest begins; null when there is none
   */
  record Piece(String text, @Nullable Long next) {}

  private final OpenHome home;
  private final RunRecord run;
  private final Path directory;

  RunDirectory(OpenHome home, RunRecord run) {
    this.home = home;
    this.run = run;
    this.directory = Path.of(run.outputDir());
  }

  /** The files of the run, and of some of its calls. Makes those of the calls. */
  List<Found> list(List<CallRecord> calls) {
    List<Found> found = new ArrayList<>();
    for (String name : OF_RUN) {
      if (home.holds(directory.resolve(name))) {
        found.add(found(name, directory.resolve(name)));
      }
    }
    for (CallRecord call : calls) {
      RunFiles.CallFiles files = new MakeArtifacts(home).of(call, run);
      add(found, call, files.prompt());
      add(found, call, files.text());
      add(found, call, files.json());
      add(found, call, files.error());
      add(found, call, files.transcript());
    }
    return found;
  }

  private void add(List<Found> found, CallRecord call, @Nullable Path file) {
    if (file != null) {
      found.add(found("calls/" + call.id() + "/" + file.getFileName(), file));
    }
  }

  /**
   * The file that a client names.
   *
   * @throws RefusedException when a run has no such file
   */
  Found find(String path) {
    String[] parts = path.split("/", -1);
    if (parts.length == 1 && OF_RUN.contains(path)) {
      return found(path, directory.resolve(path));
    }
    if (parts.length == 1 && REPORTS.contains(path)) {
      new WriteReport(home)
          .write(
              run,
              path.endsWith(".html") ? WriteReport.Format.HTML : WriteReport.Format.MARKDOWN,
              null);
      return found(path, directory.resolve(path));
    }
    if (parts.length == 3 && parts[0].equals("calls") && OF_CALL.contains(parts[2])) {
      CallRecord call =
          new ShowCall(home)
              .ifThere(Arguments.id("the call in path", parts[1]))
              .filter(one -> one.identity().runId().equals(run.id()))
              .orElseThrow(() -> unknown(path));
      new MakeArtifacts(home).of(call, run);
      return found(path, directory.resolve("calls").resolve(call.id()).resolve(parts[2]));
    }
    throw unknown(path);
  }

  private RefusedException unknown(String path) {
    String shown = path.length() > 200 ? path.substring(0, 200) + "…" : path;
    return new RefusedException(
        "%s has no file '%s'. owf_read_artifact without path lists those that there are."
            .formatted(run.id(), shown));
  }

  /** Refuses what is not there, and what a link leads to. */
  private Found found(String path, Path file) {
    try {
      Path real = file.toRealPath();
      if (!home.holds(file)) {
        throw new RefusedException(
            "'%s' of %s is not a file of the run's own, and is not read."
                .formatted(path, run.id()));
      }
      return new Found(path, real, Files.size(real));
    } catch (IOException e) {
      throw unknown(path);
    }
  }

  /** At most so many bytes of a file, as text; cut between letters. */
  static Piece read(Found found, long offset, int most) {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            found.file(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      long from = Math.min(offset, channel.size());
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(most, channel.size() - from));
      channel.position(from);
      int count = 0;
      while (count >= 0 && bytes.hasRemaining()) {
        count = channel.read(bytes);
      }
      int length = bytes.position();
      boolean more = from + length < channel.size();
      int end = more ? wholeLetters(bytes.array(), length) : length;
      return new Piece(
          new String(bytes.array(), 0, end, StandardCharsets.UTF_8), more ? from + end : null);
    } catch (IOException e) {
      throw new RefusedException(
          "cannot read " + found.path() + ": " + FileErrors.reason(e) + ".", e);
    }
  }

  /** How many bytes at most end with a whole letter; all of them when they are no such text. */
  private static int wholeLetters(byte[] bytes, int length) {
    int start = length;
    while (start > 0 && length - start < 3 && (bytes[start - 1] & 0xc0) == 0x80) {
      start--;
    }
    return start > 1 && (bytes[start - 1] & 0xc0) == 0xc0 ? start - 1 : length;
  }
}

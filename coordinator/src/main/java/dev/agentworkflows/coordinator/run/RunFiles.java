package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.call.Transcripts;
import dev.agentworkflows.coordinator.home.FileTrouble;
import dev.agentworkflows.coordinator.home.OwnerOnly;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.ReportedRun;
import dev.agentworkflows.coordinator.report.RunSummary;
import dev.agentworkflows.store.ArtifactRecord;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import dev.agentworkflows.store.GeneralizedUtf8;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as files. The database is the truth; the manifest and the ending's few files are written as
 * the run goes, those of its calls when somebody asks for them.
 */
public final class RunFiles {

  private static final String MANIFEST = "manifest.json";
  private static final String SUMMARY = "summary.md";
  private static final String OUTPUT = "output.json";
  private static final String TRACEBACK = "traceback.txt";

  private final RunStore store;

  public RunFiles(RunStore store) {
    this.store = store;
  }

  /** The files of one call; each one that is not null exists. */
  public record CallFiles(
      Path prompt,
      @Nullable Path text,
      @Nullable Path json,
      @Nullable Path error,
      @Nullable Path transcript) {

    Map<String, Path> byKind() {
      Map<String, Path> files = new LinkedHashMap<>();
      files.put("prompt", prompt);
      putIfThere(files, "output_text", text);
      putIfThere(files, "output_json", json);
      putIfThere(files, "error", error);
      putIfThere(files, "transcript", transcript);
      return files;
    }

    private static void putIfThere(Map<String, Path> files, String kind, @Nullable Path path) {
      if (path != null) {
        files.put(kind, path);
      }
    }
  }

  /** A run's directory, in which others write as well: its agents do. */
  private static void create(Path run) throws IOException {
    OwnerOnly.createDirectoriesBelow(run.resolveSibling(""), run);
  }

  void writeManifest(RunRecord run) {
    Path directory = Path.of(run.outputDir());
    try {
      create(directory);
      OwnerOnly.write(directory.resolve(MANIFEST), Json.writePretty(Manifest.of(run)));
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  /** Writes what an ended run has, and gives its record. */
  RunRecord writeEnding(String runId) {
    RunRecord run = store.run(runId).orElseThrow();
    Path directory = Path.of(run.outputDir());
    try {
      writeEnding(run, directory);
    } catch (IOException e) {
      // The run itself is stored; its commands read the database.
      System.getLogger(RunFiles.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "cannot write below " + directory + ": " + FileTrouble.reason(e));
    }
    return run;
  }

  private void writeEnding(RunRecord run, Path directory) throws IOException {
    create(directory);
    StringBuilder summary = new StringBuilder();
    RunSummary.write(reported(run), summary);
    OwnerOnly.write(directory.resolve(SUMMARY), summary.toString());
    Optional<String> output = store.outputJson(run.id());
    if (output.isPresent()) {
      OwnerOnly.write(directory.resolve(OUTPUT), Json.writePretty(Json.read(output.get())));
    }
    Optional<String> traceback = store.traceback(run.id());
    if (traceback.isPresent()) {
      OwnerOnly.write(directory.resolve(TRACEBACK), GeneralizedUtf8.encode(traceback.get()));
    }
  }

  /** A run with all that a report shows of it. */
  public ReportedRun reported(RunRecord run) {
    return new ReportedRun(
        run,
        store.calls(run.id()),
        store.events(run.id(), 0, Integer.MAX_VALUE),
        store.outputJson(run.id()).orElse(null),
        store.traceback(run.id()).orElse(null),
        callId -> store.texts(callId).orElse(null));
  }

  /** Makes the files of a call below its run's directory. */
  public CallFiles makeCallFiles(CallRecord call, Path runDirectory) {
    CallTexts texts = store.texts(call.id()).orElseThrow();
    Path directory = runDirectory.resolve("calls").resolve(call.id());
    try {
      OwnerOnly.createDirectoriesBelow(runDirectory, directory);
      return new CallFiles(
          write(directory, "prompt.txt", texts.prompt()),
          writeIfThere(directory, "output.txt", texts.text()),
          writeIfThere(directory, "output.json", texts.valueJson()),
          writeIfThere(directory, "error.txt", texts.error()),
          transcript(call, directory));
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  /**
   * Makes every file of a run and lists them.
   *
   * @param directory where; the run's own, or one to export to
   */
  public List<ArtifactRecord> makeAll(RunRecord run, Path directory) {
    List<ArtifactRecord> artifacts = new ArrayList<>();
    try {
      create(directory);
      OwnerOnly.write(directory.resolve(MANIFEST), Json.writePretty(Manifest.of(run)));
      writeEnding(run, directory);
      for (String name : List.of(MANIFEST, SUMMARY, OUTPUT, TRACEBACK)) {
        Path file = directory.resolve(name);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          String kind = name.substring(0, name.indexOf('.'));
          artifacts.add(artifact(run.id(), kind, null, file));
        }
      }
      for (CallRecord call : store.calls(run.id())) {
        for (var file : makeCallFiles(call, directory).byKind().entrySet()) {
          artifacts.add(artifact(run.id(), file.getKey(), call.id(), file.getValue()));
        }
      }
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
    return artifacts;
  }

  private static ArtifactRecord artifact(
      String runId, String kind, @Nullable String callId, Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    return new ArtifactRecord(
        runId,
        kind,
        callId,
        file.toString(),
        HexFormat.of().formatHex(sha256(content)),
        content.length);
  }

  private static byte[] sha256(byte[] content) {
    try {
      return java.security.MessageDigest.getInstance("SHA-256").digest(content);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Written while the call was out, below its own run; for a hit, that of the call that answered.
   */
  private @Nullable Path transcript(CallRecord call, Path directory) throws IOException {
    CallRecord source =
        call.answeredBy() == null ? call : store.call(call.answeredBy()).orElse(call);
    RunRecord run = store.run(source.runId()).orElseThrow();
    Path kept = Transcripts.file(Path.of(run.outputDir()), source.id());
    Path told = directory.resolve(kept.getFileName());
    if (!isWithin(Path.of(run.outputDir()), kept)) {
      return null;
    }
    if (!kept.equals(told)) {
      Files.copy(kept, told, StandardCopyOption.REPLACE_EXISTING);
    }
    return told;
  }

  /** Whether it is a file that no link stands for, on no way that a link is part of. */
  private static boolean isWithin(Path run, Path file) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && file.toRealPath().equals(run.toRealPath().resolve(run.relativize(file)));
  }

  private static Path write(Path directory, String name, String text) throws IOException {
    Path file = directory.resolve(name);
    OwnerOnly.write(file, GeneralizedUtf8.encode(text));
    return file;
  }

  private static @Nullable Path writeIfThere(Path directory, String name, @Nullable String text)
      throws IOException {
    return text == null ? null : write(directory, name, text);
  }

  private static RefusedException unwritable(Path directory, IOException e) {
    return new RefusedException(
        "cannot write to "
            + directory
            + ": "
            + FileTrouble.reason(e)
            + ".\nPass --home DIR, or set OWF_HOME.",
        e);
  }
}

package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.coordinator.call.Transcripts;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonStream;
import dev.agentworkflows.coordinator.report.ReportedRun;
import dev.agentworkflows.coordinator.report.RunSummary;
import dev.agentworkflows.coordinator.run.RunDocuments;
import dev.agentworkflows.store.ArtifactRecord;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import dev.agentworkflows.store.GeneralizedUtf8;
import dev.agentworkflows.store.RunReader;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as files. The database is the truth; the manifest and the ending's few files are written as
 * the run goes, those of its calls when somebody asks for them.
 */
public final class RunFiles implements RunDocuments {

  private static final String MANIFEST = Manifest.FILE;
  private static final String SUMMARY = "summary.md";
  private static final String OUTPUT = "output.json";
  private static final String TRACEBACK = "traceback.txt";

  /** Characters; what is longer would take many times its size as a tree. */
  private static final int MAX_TREE = 1_000_000;

  private final Store store;

  public RunFiles(Store store) {
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
  private void create(Path run) throws IOException {
    Path top = run.startsWith(store.home()) ? store.home() : run.resolveSibling("");
    PrivateFiles.createDirectoriesBelow(top, run);
  }

  @Override
  public void writeManifest(RunRecord run) {
    Path directory = Path.of(run.outputDir());
    try {
      create(directory);
      writeManifest(run, directory);
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
  }

  private static void writeManifest(RunRecord run, Path directory) throws IOException {
    PrivateFiles.write(directory.resolve(MANIFEST), Json.writePretty(Manifest.of(run)));
  }

  @Override
  public RunRecord writeEnding(String runId) {
    RunRecord run = store.reader().run(runId).orElseThrow();
    Path directory = Path.of(run.outputDir());
    try {
      writeEnding(run, directory);
    } catch (IOException e) {
      // The run itself is stored; its commands read the database.
      System.getLogger(RunFiles.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "cannot write below " + directory + ": " + FileErrors.reason(e));
    }
    return run;
  }

  private void writeEnding(RunRecord run, Path directory) throws IOException {
    create(directory);
    StringBuilder summary = new StringBuilder();
    RunSummary.write(reported(run), summary);
    PrivateFiles.write(directory.resolve(SUMMARY), summary.toString());
    Optional<String> output = store.reader().outputJson(run.id());
    if (output.isPresent()) {
      writeOutput(directory.resolve(OUTPUT), output.get());
    }
    Optional<String> traceback = store.reader().traceback(run.id());
    if (traceback.isPresent()) {
      PrivateFiles.write(directory.resolve(TRACEBACK), GeneralizedUtf8.encode(traceback.get()));
    }
  }

  private static void writeOutput(Path file, String output) throws IOException {
    if (output.length() <= MAX_TREE) {
      PrivateFiles.write(file, Json.writePretty(Json.read(output)));
      return;
    }
    PrivateFiles.writeDurably(
        file,
        out -> {
          try (JsonStream pretty = new JsonStream(out)) {
            pretty.text(output);
          }
        });
  }

  /** A run with all that a report shows of it. */
  public ReportedRun reported(RunRecord run) {
    return new ReportedRun(
        run,
        ReportedCalls.of(store.reader().eachCall(run.id())),
        ReportedCalls.events(store.reader().eachEvent(run.id())),
        store.reader().outputJson(run.id()).orElse(null),
        store.reader().traceback(run.id()).orElse(null),
        callId -> store.reader().texts(callId).orElse(null));
  }

  /**
   * The texts of a call that is there.
   *
   * @throws RefusedException when somebody has changed the database, or it is damaged
   */
  public static CallTexts texts(RunReader reader, CallRecord call) {
    return reader
        .texts(call.id())
        .orElseThrow(() -> new RefusedException(new RunRefusal.NoTexts(call.id())));
  }

  /** Makes the files of a call below its run's directory. */
  public CallFiles makeCallFiles(CallRecord call, Path runDirectory) {
    CallTexts texts = texts(store.reader(), call);
    Path directory = runDirectory.resolve("calls").resolve(call.id());
    try {
      create(runDirectory);
      PrivateFiles.createDirectoriesBelow(runDirectory, directory);
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
   * Makes every file of a run: its own first, then those of its calls, as they are asked for.
   *
   * @param directory where; the run's own, or one to export to
   */
  public Iterable<ArtifactRecord> makeEach(RunRecord run, Path directory) {
    return () -> {
      Iterator<ArtifactRecord> own = makeOwn(run, directory).iterator();
      Iterator<CallRecord> calls = store.reader().eachCall(run.id()).iterator();
      return new Iterator<>() {
        private Iterator<ArtifactRecord> now = own;

        @Override
        public boolean hasNext() {
          while (!now.hasNext() && calls.hasNext()) {
            now = makeOf(calls.next(), directory).iterator();
          }
          return now.hasNext();
        }

        @Override
        public ArtifactRecord next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          return now.next();
        }
      };
    };
  }

  private List<ArtifactRecord> makeOf(CallRecord call, Path directory) {
    List<ArtifactRecord> artifacts = new ArrayList<>();
    try {
      for (var file : makeCallFiles(call, directory).byKind().entrySet()) {
        artifacts.add(artifact(call.identity().runId(), file.getKey(), call.id(), file.getValue()));
      }
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
    return artifacts;
  }

  private List<ArtifactRecord> makeOwn(RunRecord run, Path directory) {
    List<ArtifactRecord> artifacts = new ArrayList<>();
    try {
      create(directory);
      writeManifest(run, directory);
      writeEnding(run, directory);
      for (String name : List.of(MANIFEST, SUMMARY, OUTPUT, TRACEBACK)) {
        Path file = directory.resolve(name);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          String kind = name.substring(0, name.indexOf('.'));
          artifacts.add(artifact(run.id(), kind, null, file));
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
        runId, kind, callId, file.toString(), Sha256.hex(content), content.length);
  }

  /**
   * Written while the call was out, below its own run; for a hit, that of the call that answered.
   */
  private @Nullable Path transcript(CallRecord call, Path directory) throws IOException {
    CallRecord source =
        call.answeredBy() == null ? call : store.reader().call(call.answeredBy()).orElse(call);
    RunRecord run = store.reader().run(source.identity().runId()).orElse(null);
    if (run == null) {
      return null;
    }
    Path kept = Transcripts.file(Path.of(run.outputDir()), source.id());
    Path told = directory.resolve(kept.getFileName());
    if (!PrivateFiles.isHeldIn(store.home(), kept)) {
      return null;
    }
    if (!kept.equals(told)) {
      Files.copy(kept, told, StandardCopyOption.REPLACE_EXISTING);
    }
    return told;
  }

  private static Path write(Path directory, String name, String text) throws IOException {
    Path file = directory.resolve(name);
    PrivateFiles.writeIfOther(file, GeneralizedUtf8.encode(text));
    return file;
  }

  private static @Nullable Path writeIfThere(Path directory, String name, @Nullable String text)
      throws IOException {
    return text == null ? null : write(directory, name, text);
  }

  private static RefusedException unwritable(Path directory, IOException e) {
    return new RefusedException(new HomeRefusal.NotWritable(directory, FileErrors.reason(e)), e);
  }
}

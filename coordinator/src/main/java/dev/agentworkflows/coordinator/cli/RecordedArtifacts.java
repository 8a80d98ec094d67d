package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.store.ArtifactRecord;
import dev.agentworkflows.store.RunWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;

/** Files that are written down in the store before they are told, a few hundred at a time. */
final class RecordedArtifacts implements Iterable<ArtifactRecord> {

  private static final int AT_ONCE = 500;

  private final Iterable<ArtifactRecord> made;
  private final RunWriter writer;

  RecordedArtifacts(Iterable<ArtifactRecord> made, RunWriter writer) {
    this.made = made;
    this.writer = writer;
  }

  @Override
  public Iterator<ArtifactRecord> iterator() {
    Iterator<ArtifactRecord> files = made.iterator();
    Deque<ArtifactRecord> recorded = new ArrayDeque<>();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (recorded.isEmpty() && files.hasNext()) {
          CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
          while (recorded.size() < AT_ONCE && files.hasNext()) {
            ArtifactRecord file = files.next();
            last = CompletableFuture.allOf(last, writer.addArtifact(file));
            recorded.add(file);
          }
          last.join();
        }
        return !recorded.isEmpty();
      }

      @Override
      public ArtifactRecord next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return recorded.remove();
      }
    };
  }
}

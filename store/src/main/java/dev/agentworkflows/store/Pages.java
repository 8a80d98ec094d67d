package dev.agentworkflows.store;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.ToLongFunction;

/**
 * The rows of a long table, read a page at a time: neither all of them are in memory, nor does a
 * read transaction stay open while the caller works on a row. Each iteration reads anew; what is
 * written meanwhile is seen from the next page on.
 */
final class Pages<T> implements Iterable<T> {

  private static final int ROWS = 500;

  /** Reads the next rows. */
  @FunctionalInterface
  interface Reader<T> {
    List<T> after(long position, int limit);
  }

  private final Reader<T> reader;
  private final ToLongFunction<T> position;
  private final long start;

  /**
   * @param position of a row, after which the next ones come
   * @param start the position before the first row
   */
  Pages(Reader<T> reader, ToLongFunction<T> position, long start) {
    this.reader = reader;
    this.position = position;
    this.start = start;
  }

  @Override
  public Iterator<T> iterator() {
    return new Iterator<>() {
      private List<T> page = List.of();
      private int next;
      private long last = start;
      private boolean ended;

      @Override
      public boolean hasNext() {
        if (next == page.size() && !ended) {
          page = reader.after(last, ROWS);
          next = 0;
          ended = page.size() < ROWS;
        }
        return next < page.size();
      }

      @Override
      public T next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        T row = page.get(next++);
        last = position.applyAsLong(row);
        return row;
      }
    };
  }
}

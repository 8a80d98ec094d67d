package dev.agentworkflows.testkit;

/** What objects in use take of the heap, garbage left out. */
final class RetainedMemory {

  private final long before = inUse();

  private RetainedMemory() {}

  static RetainedMemory now() {
    return new RetainedMemory();
  }

  /** How many bytes more it is. */
  long added() {
    return inUse() - before;
  }

  private static long inUse() {
    Runtime runtime = Runtime.getRuntime();
    // The second one takes what the first one has found to be without use.
    runtime.gc();
    runtime.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

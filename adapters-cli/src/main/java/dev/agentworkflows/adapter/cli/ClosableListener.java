package dev.agentworkflows.adapter.cli;

/** Lets lines through from one thread until another shuts it, which then sees all that they did. */
final class ClosableListener implements Listener {

  private final Listener behind;
  private final ExitGrace grace;
  private boolean open = true;

  /**
   * @param grace gets what the listener makes of each line
   */
  ClosableListener(Listener behind, ExitGrace grace) {
    this.behind = behind;
    this.grace = grace;
  }

  @Override
  public synchronized void line(String line) {
    if (open) {
      behind.line(line);
      grace.lineRead(behind.isComplete());
    }
  }

  @Override
  public synchronized void lineLeftOut() {
    if (open) {
      behind.lineLeftOut();
      grace.lineRead(behind.isComplete());
    }
  }

  @Override
  public synchronized void overdue() {
    if (open && !behind.isComplete()) {
      behind.overdue();
      grace.lineRead(behind.isComplete());
    }
  }

  synchronized void shut() {
    open = false;
  }
}

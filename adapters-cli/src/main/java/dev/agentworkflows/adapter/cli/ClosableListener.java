package dev.agentworkflows.adapter.cli;

/** Lets lines through from one thread until another shuts it, which then sees all that they did. */
final class ClosableListener implements Listener {

  private final Listener behind;
  private final ExitGrace lastWord;
  private boolean open = true;

  /**
   * @param lastWord is told what the listener makes of each line
   */
  ClosableListener(Listener behind, ExitGrace lastWord) {
    this.behind = behind;
    this.lastWord = lastWord;
  }

  @Override
  public synchronized void line(String line) {
    if (open) {
      behind.line(line);
      lastWord.heard(behind.isComplete());
    }
  }

  @Override
  public synchronized void lineLeftOut() {
    if (open) {
      behind.lineLeftOut();
      lastWord.heard(behind.isComplete());
    }
  }

  @Override
  public synchronized void overdue() {
    if (open && !behind.isComplete()) {
      behind.overdue();
      lastWord.heard(behind.isComplete());
    }
  }

  synchronized void shut() {
    open = false;
  }
}

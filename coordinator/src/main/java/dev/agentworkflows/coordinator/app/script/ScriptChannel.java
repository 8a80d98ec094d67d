package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.coordinator.secret.Redactor;

/**
 * Where the process of one script reaches its coordinator. It is there from the beginning, so that
 * the process can start meanwhile; who connects waits until something is served. Implemented by the
 * package that speaks the protocol.
 */
public interface ScriptChannel extends AutoCloseable {

  /** Makes a channel for each script. */
  @FunctionalInterface
  interface Opener {
    ScriptChannel open();
  }

  /** Something that answers the script, until it is closed. */
  interface Serving extends AutoCloseable {
    @Override
    void close();
  }

  /** For the script's process: {@code HOST:PORT}. */
  String address();

  /** A secret whose bearer speaks for this run alone. */
  String tokenOf(RunHandle launch);

  /** Carries the script's run from here on. */
  Serving carry(Runs runs, OpenHome home, Redactor redactor);

  /** Lets the script be loaded, and says what its run would be. */
  Serving plan(RunRecords records, Redactor redactor);

  /** Gives the address back; does nothing where something was served there. */
  @Override
  void close();
}

package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.CallContext;
import java.util.Map;
import java.util.Set;

/** What one agent program wants to hear on its command line, and how to understand it. */
interface AgentProgram {

  /** The provider's name and, unless the user says otherwise, the program's. */
  String name();

  /** The command that installs it. */
  String install();

  /** Its own vendor's secrets: the only ones that its process gets. */
  Set<String> secrets();

  /**
   * Where a program is started.
   *
   * @param environment the coordinator's own
   * @param files what the program is told in files; outlives it
   */
  record Start(Map<String, String> environment, CallFiles files) {}

  /**
   * Begins one start of the program.
   *
   * @throws AdapterException when the call asks for something that the program can't be told
   */
  AgentEventParser open(AgentCall call, CallContext context, Start start) throws AdapterException;
}

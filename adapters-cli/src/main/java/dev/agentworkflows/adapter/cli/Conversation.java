package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentReply;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** One start of an agent program: what it is told, what it says, and what that means. */
interface Conversation extends AutoCloseable {

  /** What follows the program's name on the command line. */
  List<String> arguments();

  /** Takes one JSON object of the program's output, in order. */
  void hear(JsonNode event);

  /** The answer, once the program has ended. */
  AgentReply reply(AgentProcess.Exit exit) throws AdapterException;

  @Override
  default void close() {}
}

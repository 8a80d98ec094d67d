package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentReply;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** One start of an agent program: what it is told, what it says, and what that means. */
interface AgentEventParser {

  /** What follows the program's name on the command line. */
  List<String> arguments();

  /** What its environment has besides. */
  default Map<String, String> environment() {
    return Map.of();
  }

  /** What the program reads from its standard input, so that it takes it for the prompt. */
  default String input(String prompt) {
    return prompt;
  }

  /** Takes one JSON object of the program's output, in order. */
  void onEvent(JsonNode event);

  /** An event was too long, or too broken, to be heard. */
  default void onSkippedLine() {}

  /** Whether, as far as was heard, only the program's end is to come. */
  boolean isComplete();

  /** The answer, once the program has ended, by itself or after its last word by us. */
  AgentReply reply(AgentProcess.Exit exit) throws AdapterException;
}

package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentReply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A question in one provider's words.
 *
 * @param path behind the base URL, beginning with a slash
 * @param reader what makes a reply of the provider's answer to it
 */
public record ProviderRequest(String path, ObjectNode body, Reader reader) {

  /** Understands a provider's answer. */
  @FunctionalInterface
  public interface Reader {

    /**
     * @param answer an object
     * @throws AdapterException when there is no whole answer in it
     */
    AgentReply read(JsonNode answer) throws AdapterException;
  }
}

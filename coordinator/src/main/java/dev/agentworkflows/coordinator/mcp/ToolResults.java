package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.json.Json;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What tools answer, and how the protocol's messages are written. */
final class ToolResults {

  /** As deep as any document of ours. */
  private static final int MAX_DEPTH = 500;

  /** Written in ASCII, so that what Python calls a string survives. */
  static final JacksonMcpJsonMapper MAPPER =
      new JacksonMcpJsonMapper(
          JsonMapper.builder(
                  JsonFactory.builder()
                      .streamReadConstraints(
                          StreamReadConstraints.builder()
                              .maxNestingDepth(MAX_DEPTH)
                              .maxStringLength(Integer.MAX_VALUE)
                              .build())
                      .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                      .build())
              .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
              .build());

  private ToolResults() {}

  /**
   * What a client sent, as what its method takes.
   *
   * @throws McpError when it is of another shape; the parser's words don't reach the client
   */
  static <T> T converted(Object data, TypeRef<T> type) {
    try {
      return MAPPER.convertValue(data, type);
    } catch (RuntimeException e) {
      McpError refusal =
          McpError.builder(ErrorCodes.INVALID_PARAMS)
              .message("the parameters are not of the shape that this method takes")
              .build();
      refusal.addSuppressed(e);
      throw refusal;
    }
  }

  /** A document, for programs and, as text, for clients that know no other. */
  static CallToolResult document(JsonNode document) {
    return document(document, false);
  }

  /**
   * As {@link #document(JsonNode)}.
   *
   * @param failed whether it tells of a failure
   */
  static CallToolResult document(JsonNode whole, boolean failed) {
    JsonNode document = BoundedDocument.of(whole);
    return CallToolResult.builder(List.of(text(Json.writePretty(document))))
        .structuredContent(MAPPER.getJsonMapper().convertValue(document, Map.class))
        .isError(failed)
        .build();
  }

  static CallToolResult plain(String text) {
    return CallToolResult.builder(List.of(text(text))).isError(false).build();
  }

  /** A failure that the model can read, and do something about. */
  static CallToolResult failure(@Nullable String message) {
    String told =
        message == null || message.isBlank() ? "it failed, and nothing says why" : message;
    return CallToolResult.builder(List.of(text(told))).isError(true).build();
  }

  private static TextContent text(String text) {
    return TextContent.builder(text).build();
  }
}

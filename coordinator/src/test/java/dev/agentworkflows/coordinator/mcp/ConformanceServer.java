package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.http.LoopbackGuard;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.BlobResourceContents;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitRequest;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceContents;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.SamplingMessage;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A server with the tools and resources that the official conformance suite asks for, on the HTTP
 * transport of the product: what crosses a transport is tried here that the product's own tools do
 * not need. An integration test starts it as a program, and passes its token as the argument.
 */
final class ConformanceServer {

  private static final Duration PAUSE = Duration.ofMillis(50);

  private ConformanceServer() {}

  public static void main(String[] args) throws InterruptedException {
    HttpTransport transport =
        new HttpTransport(
            0,
            new LoopbackGuard(() -> args[0], LoopbackGuard.Origins.OF_THIS_MACHINE),
            method -> {},
            text -> text);
    McpServer.async(transport)
        .serverInfo("conformance", "1")
        .jsonMapper(ToolResults.MAPPER)
        .capabilities(
            ServerCapabilities.builder().tools(false).resources(true, false).logging().build())
        .tools(
            tool("test_simple_text", (exchange, request) -> Mono.just("A simple text.")),
            tool(
                "test_error_handling",
                (exchange, request) ->
                    Mono.error(new IllegalStateException("an error on purpose"))),
            tool("test_tool_with_logging", ConformanceServer::logging),
            tool("test_tool_with_progress", ConformanceServer::progress),
            tool("test_sampling", ConformanceServer::sampling),
            tool("test_elicitation", ConformanceServer::elicitation))
        .resources(
            resource(
                "test://static-text",
                new TextResourceContents("test://static-text", "text/plain", "text")),
            resource(
                "test://static-binary",
                new BlobResourceContents("test://static-binary", "image/png", "iVBORw0KGgo=")))
        .resourceTemplates(
            new AsyncResourceTemplateSpecification(
                ResourceTemplate.builder("test://template/{id}/data", "template").build(),
                (exchange, request) ->
                    Mono.just(
                        read(
                            new TextResourceContents(request.uri(), "text/plain", request.uri())))))
        .build();
    transport.start();
    System.out.println(transport.url() + ".");
    new CountDownLatch(1).await();
  }

  private static AsyncToolSpecification tool(
      String name, BiFunction<McpAsyncServerExchange, CallToolRequest, Mono<String>> work) {
    return new AsyncToolSpecification(
        Tool.builder(name, Map.of("type", "object")).description("Of the suite.").build(),
        (exchange, request) ->
            work.apply(exchange, request)
                .map(ToolResults::plain)
                .onErrorResume(
                    e -> Mono.<CallToolResult>just(ToolResults.failure(e.getMessage()))));
  }

  private static Mono<String> logging(McpAsyncServerExchange exchange, CallToolRequest request) {
    return Flux.just("Tool execution started", "Tool processing data", "Tool execution completed")
        .delayElements(PAUSE)
        .concatMap(text ->
            exchange.loggingNotification(
                LoggingMessageNotification.builder(LoggingLevel.INFO, text).build()))
        .then(Mono.just("logged"));
  }

  private static Mono<String> progress(McpAsyncServerExchange exchange, CallToolRequest request) {
    Object token = request.meta() == null ? null : request.meta().get("progressToken");
    return Flux.just(0, 50, 100)
        .delayElements(PAUSE)
        .concatMap(at ->
            token == null
                ? Mono.<Void>empty()
                : exchange.progressNotification(
                    ProgressNotification.builder(token, at).total(100.0).build()))
        .then(Mono.just("done"));
  }

  private static Mono<String> sampling(McpAsyncServerExchange exchange, CallToolRequest request) {
    SamplingMessage message =
        new SamplingMessage(Role.USER, new TextContent(String.valueOf(request.arguments())));
    return exchange
        .createMessage(CreateMessageRequest.builder(List.of(message), 100).build())
        .map(result -> "LLM response: " + result.content());
  }

  private static Mono<String> elicitation(
      McpAsyncServerExchange exchange, CallToolRequest request) {
    Map<String, Object> schema =
        Map.of("type", "object", "properties", Map.of("username", Map.of("type", "string")));
    return exchange
        .createElicitation(ElicitRequest.builder("Who are you?", schema).build())
        .map(result -> "User response: " + result.action() + " " + result.content());
  }

  private static AsyncResourceSpecification resource(String uri, ResourceContents contents) {
    return new AsyncResourceSpecification(
        Resource.builder(uri, uri).build(), (exchange, request) -> Mono.just(read(contents)));
  }

  private static ReadResourceResult read(ResourceContents contents) {
    return new ReadResourceResult(List.of(contents));
  }
}

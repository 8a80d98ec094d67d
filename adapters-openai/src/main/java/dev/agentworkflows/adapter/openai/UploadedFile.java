package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.adapter.http.Json;
import dev.agentworkflows.adapter.http.RequestBody;
import dev.agentworkflows.spi.BatchItem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The upload of a batch's questions as a file, in the form of a web page's ({@code multipart}). */
final class UploadedFile {

  private static final String END = "\r\n";

  private UploadedFile() {}

  /**
   * @param name of the file, without its ending
   * @param line what stands for an item
   */
  static RequestBody of(String name, List<BatchItem> items, Function<BatchItem, JsonNode> line) {
    // The lines end with \n alone, so no boundary can be found among them.
    String boundary = "owf-" + UUID.randomUUID();
    byte[] head =
        utf8(
            String.join(
                END,
                "--" + boundary,
                "content-disposition: form-data; name=\"purpose\"",
                "",
                "batch",
                "--" + boundary,
                "content-disposition: form-data; name=\"file\"; filename=\"" + name + ".jsonl\"",
                "content-type: application/jsonl",
                "",
                ""));
    byte[] tail = utf8(END + "--" + boundary + "--" + END);
    return new RequestBody(
        "multipart/form-data; boundary=" + boundary,
        () ->
            Stream.concat(
                    Stream.of(head),
                    Stream.concat(
                        items.stream().map(item -> utf8(Json.write(line.apply(item)) + "\n")),
                        Stream.of(tail)))
                .iterator());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

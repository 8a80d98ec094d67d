package dev.agentworkflows.adapter.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request carries, in pieces that are made while they are sent: a batch of some hundred
 * megabytes is never in memory a second time.
 *
 * @param pieces gives the same bytes each time it is walked through: once to count them, once to
 *     send them
 */
public record RequestBody(String contentType, Iterable<byte[]> pieces) {

  /** One document. */
  public static RequestBody json(ObjectNode document) {
    return new RequestBody("application/json", List.of(Json.writeBytes(document)));
  }

  /** With a length: not every server takes a body that does not tell its own. */
  BodyPublisher publisher() {
    long length = 0;
    for (byte[] piece : pieces) {
      length += piece.length;
    }
    return length == 0
        ? BodyPublishers.noBody()
        : BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(pieces), length);
  }
}

package dev.agentworkflows.adapter.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.adapter.http.LoopbackServer;
import dev.agentworkflows.adapter.http.LoopbackServer.Answer;
import dev.agentworkflows.adapter.http.ScriptedProvider;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers whose bodies are compressed, as servers and the proxies before them send them. */
class EncodedAnswersTest {

  private static final String FINE =
      "{\"choices\":[{\"message\":{\"content\":\"fine\"},\"finish_reason\":\"stop\"}]}";

  private ScriptedProvider provider;

  @BeforeEach
  void start() throws Exception {
    provider = ScriptedProvider.start(new OpenAiAdapterFactory(), "OPENAI_API_KEY", Map.of());
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  private static byte[] gzip(byte[] plain) throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  private static byte[] fine() {
    return FINE.getBytes(StandardCharsets.UTF_8);
  }

  private static Answer encoded(int status, String encoding, byte[] body) {
    return (exchange, request) -> {
      if (!encoding.isEmpty()) {
        exchange.getResponseHeaders().set("content-encoding", encoding);
      }
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    };
  }

  private String reply(Answer answer) throws Exception {
    provider.server().answer(answer);
    return provider.reply(ScriptedProvider.call()).text();
  }

  private AdapterException failure(Answer answer) throws Exception {
    provider.server().answer(answer);
    return provider.failure(ScriptedProvider.call());
  }

  @Test
  void everyEncodingThatAServerMayChooseIsUnderstood() throws Exception {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(deflated)) {
      out.write(fine());
    }
    assertThat(reply(encoded(200, "gzip", gzip(fine())))).isEqualTo("fine");
    assertThat(reply(encoded(200, "X-GZip", gzip(fine())))).isEqualTo("fine");
    assertThat(reply(encoded(200, "deflate", deflated.toByteArray()))).isEqualTo("fine");
    assertThat(reply(encoded(200, "identity", fine()))).isEqualTo("fine");
    assertThat(reply(encoded(200, "gzip", fine()))).as("plain all the same").isEqualTo("fine");
    assertThat(reply(encoded(200, "", gzip(fine())))).as("and the reverse").isEqualTo("fine");
  }

  @Test
  void theRequestSaysWhatIsUnderstood() throws Exception {
    reply(encoded(200, "gzip", gzip(fine())));
    assertThat(provider.server().requests().get(0).headers())
        .containsEntry("accept-encoding", "gzip");
  }

  @Test
  void aCompressedErrorIsToldInItsOwnWords() throws Exception {
    byte[] body = "{\"error\":{\"message\":\"no such thing\"}}".getBytes(StandardCharsets.UTF_8);
    AdapterException failure = failure(encoded(400, "gzip", gzip(body)));
    assertThat(failure).hasMessageContaining("no such thing");
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
  }

  @Test
  void whatGrowsWithoutEndIsGivenUp() throws Exception {
    AdapterException failure = failure(encoded(200, "gzip", gzip(new byte[200 << 20])));
    assertThat(failure).hasMessageContaining("without an end");
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure(encoded(400, "gzip", gzip(new byte[200 << 20]))).kind())
        .isEqualTo(Kind.PERMANENT);
  }

  @Test
  void aCompressedAnswerThatBreaksOffIsNoAnswer() throws Exception {
    byte[] packed = gzip(fine());
    AdapterException failure =
        failure(encoded(200, "gzip", Arrays.copyOf(packed, packed.length - 9)));
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("broke off");
  }

  @Test
  void anEncodingThatNobodyAskedForIsNamed() throws Exception {
    AdapterException failure = failure(encoded(200, "br", new byte[] {1, 2, 3}));
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContaining("'br'");
  }

  @Test
  void noWordOfTheMachinesReachesAPerson() throws Exception {
    provider.server().answer(LoopbackServer.cutOff("{\"choices\""));
    assertThat(provider.failure(ScriptedProvider.call()))
        .message()
        .doesNotContainPattern("java|Exception|[a-z]+\\.[a-z]+\\.[A-Z]|null");
    provider.server().answer(LoopbackServer.dropped());
    assertThat(provider.failure(ScriptedProvider.call()))
        .message()
        .doesNotContainPattern("java|Exception|header parser|[a-z]+\\.[a-z]+\\.[A-Z]|null");
  }
}

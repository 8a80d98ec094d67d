package dev.agentworkflows.it.reliability;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes down that it was asked, through to the disk, waits as long as the call's metadata says,
 * and gives an answer that it has never given before. Runs inside the coordinator.
 */
final class CountingAdapter implements Adapter {

  /** The environment variable that names the file which it writes to. */
  static final String VARIABLE = "COUNTING_LOG";

  private static final Pattern DELAY = Pattern.compile("\"delay_ms\":\\s*(\\d+)");

  @Override
  public AgentReply invoke(AgentCall call, CallContext context)
      throws AdapterException, InterruptedException {
    writeDown(new Asked(call.callId(), call.prompt(), context.attempt()));
    Matcher delay = DELAY.matcher(String.valueOf(call.metadataJson()));
    if (delay.find()) {
      Thread.sleep(Long.parseLong(delay.group(1)));
    }
    return new AgentReply(
        call.prompt() + " " + UUID.randomUUID(), call.model(), Usage.of(1, 1), BigDecimal.ZERO);
  }

  private static void writeDown(Asked asked) throws AdapterException {
    Path log = Path.of(System.getenv().getOrDefault(VARIABLE, "counting.log"));
    try (FileChannel channel =
        FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      channel.write(ByteBuffer.wrap(asked.line().getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    } catch (IOException e) {
      throw new AdapterException(Kind.PERMANENT, "the counting provider cannot count: " + e);
    }
  }
}

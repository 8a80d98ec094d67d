package dev.agentworkflows.testkit;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** An adapter that keeps the contract, and one for each way of breaking it. */
final class WrongAdapters {

  private WrongAdapters() {}

  /** A provider in memory. */
  static final class MemoryBackend implements Backend {

    final CountDownLatch requested = new CountDownLatch(1);
    volatile Behaviour behaviour = Behaviour.ANSWERS;

    @Override
    public Map<String, String> settings() {
      return Map.of();
    }

    @Override
    public void behave(Behaviour next) {
      behaviour = next;
    }

    @Override
    public void awaitRequest(Duration atMost) throws InterruptedException, TimeoutException {
      if (!requested.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException("no request");
      }
    }

    @Override
    public void close() {}
  }

  /** Keeps the contract; each test class below breaks one method of it. */
  abstract static class Contract extends AdapterContract {

    final MemoryBackend memory = new MemoryBackend();

    @Override
    protected AdapterFactory factory() {
      return new Factory(this);
    }

    @Override
    protected String secretName() {
      return "SOME_API_KEY";
    }

    @Override
    protected Backend startBackend(Path directory) {
      return memory;
    }

    String name() {
      return "right";
    }

    void settings(AdapterContext context) throws AdapterException {
      context.refuseSettingsBeyond(Set.of());
    }

    Kind kindForNow() {
      return Kind.TRANSIENT;
    }

    Kind kindForGood() {
      return Kind.PERMANENT;
    }

    AdapterException refusal(AdapterContext context) {
      return new AdapterException(Kind.PERMANENT, "the key is refused");
    }

    String answer(AgentCall call) throws InterruptedException {
      return Backend.ANSWER + call.prompt();
    }

    void hang() throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }

  static final class Right extends Contract {}

  static final class IllNamed extends Contract {
    @Override
    String name() {
      return "Ill Named";
    }
  }

  static final class IgnoresSettings extends Contract {
    @Override
    void settings(AdapterContext context) {}
  }

  static final class AnswersSomethingElse extends Contract {
    @Override
    String answer(AgentCall call) {
      return "I can't say";
    }
  }

  /** Keeps a call's prompt where another call finds it. */
  static final class MixesCalls extends Contract {

    private final AtomicReference<String> latest = new AtomicReference<>("");
    private final CountDownLatch several = new CountDownLatch(2);

    @Override
    String answer(AgentCall call) throws InterruptedException {
      latest.set(call.prompt());
      several.countDown();
      several.await(1, TimeUnit.SECONDS);
      return Backend.ANSWER + latest.get();
    }
  }

  static final class GivesUpOnRateLimits extends Contract {
    @Override
    Kind kindForNow() {
      return Kind.PERMANENT;
    }
  }

  static final class TriesForEver extends Contract {
    @Override
    Kind kindForGood() {
      return Kind.TRANSIENT;
    }
  }

  static final class TellsTheSecret extends Contract {
    @Override
    AdapterException refusal(AdapterContext context) {
      return new AdapterException(
          Kind.PERMANENT, "refused: " + context.secret(secretName()).orElse(""));
    }
  }

  static final class TellsTheSecretInACause extends Contract {
    @Override
    AdapterException refusal(AdapterContext context) {
      return new AdapterException(
          Kind.PERMANENT,
          "refused",
          null,
          Usage.UNKNOWN,
          new IOException(context.secret(secretName()).orElse("")));
    }
  }

  static final class SwallowsInterruption extends Contract {
    @Override
    void hang() {
      CountDownLatch never = new CountDownLatch(1);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
      while (System.nanoTime() - end < 0) {
        try {
          if (never.await(1, TimeUnit.SECONDS)) {
            return;
          }
        } catch (InterruptedException e) {
          // Goes on: this is what the contract forbids.
        }
      }
    }
  }

  static final class LeavesAProcess extends Contract {
    @Override
    void hang() throws InterruptedException {
      try {
        new ProcessBuilder("sleep", "7").start();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      super.hang();
    }
  }

  /** Made by tests alone, except for the one that the service loader finds. */
  public static final class Factory implements AdapterFactory {

    private final Contract contract;

    public Factory() {
      this(new Right());
    }

    Factory(Contract contract) {
      this.contract = contract;
    }

    @Override
    public String name() {
      return contract.name();
    }

    @Override
    public Adapter create(AdapterContext context) throws AdapterException {
      contract.settings(context);
      return new MemoryAdapter(contract, context);
    }
  }

  private record MemoryAdapter(Contract contract, AdapterContext context) implements Adapter {

    @Override
    public AgentReply invoke(AgentCall call, CallContext callContext)
        throws AdapterException, InterruptedException {
      contract.memory.requested.countDown();
      switch (contract.memory.behaviour) {
        case ANSWERS -> {
          return new AgentReply(contract.answer(call), null, Usage.UNKNOWN, null);
        }
        case FAILS_FOR_NOW -> throw new AdapterException(contract.kindForNow(), "busy");
        case FAILS_FOR_GOOD -> throw new AdapterException(contract.kindForGood(), "refused");
        case FAILS_REPEATING_THE_SECRET -> throw contract.refusal(context);
        case NEVER_ANSWERS -> contract.hang();
      }
      throw new AdapterException(Kind.PERMANENT, "no answer");
    }
  }
}

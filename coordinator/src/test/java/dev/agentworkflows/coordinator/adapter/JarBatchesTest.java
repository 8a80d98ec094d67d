package dev.agentworkflows.coordinator.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.BatchItem;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.FoundBatch;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a third party's batch API may do wrong. */
class JarBatchesTest {

  private static final List<BatchItem> ITEMS = List.of(new BatchItem("a", "?", null, null, null));

  private final ClassLoader loader = new URLClassLoader(new URL[0], null);

  /** A batch API that does one thing, whatever it is asked. */
  private BatchApi doing(Callable<Object> what) {
    BatchApi theirs =
        new BatchApi() {
          @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
          private <T> T done() throws AdapterException {
            try {
              return (T) what.call();
            } catch (AdapterException | RuntimeException e) {
              throw e;
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }

          @Override
          public String submit(String reference, List<BatchItem> items) throws AdapterException {
            return done();
          }

          @Override
          public List<FoundBatch> find(String reference, Instant since, int items)
              throws AdapterException {
            return done();
          }

          @Override
          public BatchState state(String batchId) throws AdapterException {
            return done();
          }

          @Override
          public void results(String batchId, ResultSink sink) throws AdapterException {
            done();
          }

          @Override
          public BigDecimal priceFactor() {
            throw new IllegalStateException("no idea");
          }
        };
    return new JarAdapter(new Offering(Optional.of(theirs)), scope()).batches().orElseThrow();
  }

  private JarScope scope() {
    return new JarScope("acme", Path.of("/adapters/acme.jar"), loader);
  }

  private record Offering(Optional<BatchApi> api, List<ClassLoader> loaders) implements Adapter {

    Offering(Optional<BatchApi> api) {
      this(api, new ArrayList<>());
    }

    @Override
    public AgentReply invoke(AgentCall call, CallContext context) throws AdapterException {
      throw new AdapterException(Kind.PERMANENT, "not for calls");
    }

    @Override
    public Optional<BatchApi> batches() {
      loaders.add(Thread.currentThread().getContextClassLoader());
      if (api.isEmpty()) {
        throw new NoSuchMethodError("built against something else");
      }
      return api;
    }
  }

  private AdapterException submitting(Callable<Object> what) {
    return catchThrowableOfType(
        AdapterException.class, () -> doing(what).submit("reference", ITEMS));
  }

  @Test
  void whatASubmissionThrowsUnaskedMayHaveMadeABatch() {
    AdapterException failure =
        submitting(() -> {
          throw new IllegalStateException("oops");
        });
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("acme.jar").hasMessageContaining("oops");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatASubmissionSaysOnPurposeStands(Kind kind) {
    AdapterException theirs = new AdapterException(kind, "on purpose");
    assertThat(
            submitting(() -> {
              throw theirs;
            }))
        .isSameAs(theirs);
  }

  @Test
  void anotherFaultIsTheAdapters() {
    BatchApi broken =
        doing(() -> {
          throw new IllegalStateException("oops");
        });
    for (ThrowingCallable asked :
        List.<ThrowingCallable>of(
            () -> broken.state("b"),
            () -> broken.find("r", Instant.EPOCH, 1),
            () -> broken.results("b", result -> {}))) {
      AdapterException failure = catchThrowableOfType(AdapterException.class, asked);
      assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
      assertThat(failure).hasMessageContaining("Tell its author");
    }
    assertThat(broken.priceFactor()).isEqualByComparingTo("1");
  }

  @Test
  void itsCodeRunsInItsOwnScope() throws Exception {
    ClassLoader[] seen = new ClassLoader[1];
    doing(
            () -> {
              seen[0] = Thread.currentThread().getContextClassLoader();
              return "b-1";
            })
        .submit("reference", ITEMS);
    assertThat(seen[0]).isSameAs(loader);
    assertThat(Thread.currentThread().getContextClassLoader()).isNotSameAs(loader);
  }

  @Test
  void anAdapterThatFailsAtTheQuestionHasNone() {
    Offering offering = new Offering(Optional.empty());
    assertThat(new JarAdapter(offering, scope()).batches()).isEmpty();
    assertThat(offering.loaders()).containsExactly(loader);
  }
}

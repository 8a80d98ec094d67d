package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.CallContext;
import java.util.Optional;

/**
 * An adapter from a third party's jar. Whatever it does wrong ends the call that it was asked, and
 * nothing else; libraries in its jar find their own classes through the thread's context loader.
 */
final class JarAdapter implements Adapter {

  private final Adapter adapter;
  private final JarScope scope;

  JarAdapter(Adapter adapter, JarScope scope) {
    this.adapter = adapter;
    this.scope = scope;
  }

  @Override
  public AgentReply invoke(AgentCall call, CallContext context)
      throws AdapterException, InterruptedException {
    return scope.answer("answering", () -> adapter.invoke(call, context));
  }

  /**
   * An adapter that fails at the question is asked in the ordinary way, where its failure shows.
   */
  @Override
  public boolean answersAtOnce(AgentCall call) {
    try {
      return scope.inside(() -> adapter.answersAtOnce(call));
    } catch (OutOfMemoryError | InternalError e) {
      throw e;
    } catch (Throwable e) {
      return false;
    }
  }

  /** An adapter that fails at the question has none. */
  @Override
  public Optional<BatchApi> batches() {
    try {
      return scope.inside(adapter::batches).map(batches -> new JarBatches(batches, scope));
    } catch (OutOfMemoryError | InternalError e) {
      throw e;
    } catch (Throwable e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    try {
      scope.inside(() -> {
        adapter.close();
        return adapter;
      });
    } catch (OutOfMemoryError | InternalError e) {
      throw e;
    } catch (Throwable e) {
      System.getLogger(JarAdapter.class.getName())
          .log(System.Logger.Level.WARNING, scope.what() + " failed when it was closed: " + e);
    }
  }
}

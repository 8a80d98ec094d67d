package dev.agentworkflows.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.agentworkflows.spi.AdapterFactory;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The contract can fail: each fault is found by the test that is meant for it. */
@Tag("slow")
class AgentContractTest {

  private static volatile Fault fault = Fault.NONE;

  @Test
  void anAdapterThatKeepsTheContractPasses() {
    fault = Fault.NONE;
    Events tests = execute(selectClass(Demo.class));
    assertThat(tests.failed().list()).isEmpty();
    assertThat(tests.aborted().list()).isEmpty();
    assertThat(tests.succeeded().count()).isGreaterThan(Fault.values().length);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void aFaultIsFound(Fault one) {
    fault = one;
    Events tests = execute(selectMethod(Demo.class, one.test()));
    assertThat(tests.failed().count()).as(one.test()).isEqualTo(1);
  }

  private static Events execute(DiscoverySelector what) {
    return EngineTestKit.engine("junit-jupiter").selectors(what).execute().testEvents();
  }

  static final class Demo extends AgentContract {

    @Override
    protected AdapterFactory factory() {
      return new DemoAdapter.Factory(fault);
    }

    @Override
    protected String secretName() {
      return DemoAdapter.KEY;
    }

    @Override
    protected AgentScript script() {
      return new DemoScript();
    }
  }

  private static final class DemoScript implements AgentScript {

    @Override
    public String work() {
      return "{\"event\":\"turn\"}\n";
    }

    @Override
    public String answer(String text) {
      return "{\"event\":\"answer\",\"text\":\"%s\"}\n".formatted(text);
    }

    @Override
    public AgentOutput overloaded(String why) {
      return error("overloaded", why, "");
    }

    @Override
    public AgentOutput refused(String why) {
      return error("refused", why, "");
    }

    @Override
    public Optional<AgentOutput> usageLimit(@Nullable Instant resetsAt) {
      String when = resetsAt == null ? "" : ",\"resets\":" + resetsAt.getEpochSecond();
      return Optional.of(error("limited", "the limit is reached", when));
    }

    @Override
    public Optional<AgentOutput> exhausted() {
      return Optional.of(error("exhausted", "no money", ""));
    }

    @Override
    public Optional<String> session() {
      return Optional.of("s-1");
    }

    private static AgentOutput error(String kind, String why, String fields) {
      String line = "{\"event\":\"error\",\"kind\":\"%s\",\"why\":\"%s\"%s}\n";
      return AgentOutput.of(line.formatted(kind, why, fields));
    }
  }
}

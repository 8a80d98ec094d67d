package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.ScriptChannel;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.coordinator.secret.Redactor;
import io.grpc.BindableService;

/** The protocol on a port of the loopback interface, for one script of this coordinator's own. */
public final class LoopbackChannel implements ScriptChannel {

  /** One for each script. */
  public static final class Opener implements ScriptChannel.Opener {
    @Override
    public ScriptChannel open() {
      return new LoopbackChannel();
    }
  }

  private final Tokens tokens = Tokens.withoutOperator();
  private final ReservedPort port = ReservedPort.onLoopback();

  @Override
  public String address() {
    return port.hostAndPort();
  }

  @Override
  public String tokenOf(RunHandle launch) {
    return tokens.grant(launch);
  }

  @Override
  public Serving carry(Runs runs, OpenHome home, Redactor redactor) {
    return serve(CoordinatorService.ownShims(runs, home), redactor);
  }

  @Override
  public Serving plan(RunRecords records, Redactor redactor) {
    return serve(new PlanService(records), redactor);
  }

  private Serving serve(BindableService service, Redactor redactor) {
    return CoordinatorServer.start(port, service, tokens, redactor);
  }

  @Override
  public void close() {
    port.close();
  }
}

package dev.agentworkflows.coordinator.testing;

import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.call.CallRequest;
import dev.agentworkflows.coordinator.call.Workplace;
import dev.agentworkflows.coordinator.option.RequestedOptions;
import dev.agentworkflows.store.Isolation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds what a script asks for; what is not said is what the run has. */
public final class Requests {

  private final String prompt;
  private @Nullable String label;
  private @Nullable String phase;
  private @Nullable String schema;
  private List<String> providers = List.of();
  private @Nullable String model;
  private Workplace workplace = Workplace.own(Isolation.NONE);
  private @Nullable CachePolicy policy;
  private List<String> writeScope = List.of();
  private @Nullable Duration timeout;
  private RequestedOptions options = RequestedOptions.NONE;
  private @Nullable String continues;

  private Requests(String prompt) {
    this.prompt = prompt;
  }

  public static Requests of(String prompt) {
    return new Requests(prompt);
  }

  public Requests label(@Nullable String value) {
    label = value;
    return this;
  }

  public Requests phase(@Nullable String value) {
    phase = value;
    return this;
  }

  public Requests schema(@Nullable String value) {
    schema = value;
    return this;
  }

  public Requests providers(List<String> value) {
    providers = value;
    return this;
  }

  public Requests model(@Nullable String value) {
    model = value;
    return this;
  }

  public Requests isolation(Isolation value) {
    workplace = Workplace.own(value);
    return this;
  }

  public Requests in(Workplace value) {
    workplace = value;
    return this;
  }

  public Requests policy(@Nullable CachePolicy value) {
    policy = value;
    return this;
  }

  public Requests writeScope(List<String> value) {
    writeScope = value;
    return this;
  }

  public Requests timeout(@Nullable Duration value) {
    timeout = value;
    return this;
  }

  public Requests options(RequestedOptions value) {
    options = value;
    return this;
  }

  /** Goes on in the conversation of the call with this id. */
  public Requests continues(@Nullable String value) {
    continues = value;
    return this;
  }

  /** The same request with these options. */
  public static CallRequest with(CallRequest request, RequestedOptions options) {
    CallRequest.Task task = request.task();
    return new CallRequest(
        new CallRequest.Task(
            task.prompt(), task.schemaJson(), task.metadataJson(), options, task.continues()),
        request.position(),
        request.routing(),
        request.cache(),
        request.workplace(),
        request.rights());
  }

  public CallRequest build() {
    return new CallRequest(
        new CallRequest.Task(prompt, schema, null, options, continues),
        new CallRequest.Position(label, phase, 0),
        new CallRequest.Routing(providers, model, null, timeout),
        new CallRequest.CacheUse(policy, null),
        workplace,
        new CallRequest.Rights(List.of(), writeScope, null));
  }
}

package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Conversation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Asks a provider over HTTP, in its {@link Dialect}.
 *
 * <p>Each call is one request and one answer. A read-only call with a schema is asked in the most
 * binding form that the endpoint takes: a refused one (status 400 or 422, which no provider bills)
 * is followed by the next. A mutating call is sent once, with its schema in words. What was said
 * before goes along as messages, each time.
 */
public final class HttpAdapter implements Adapter {

  private final EndpointSettings settings;
  private final Dialect dialect;
  private final KeyedEndpoint endpoint;
  private final @Nullable BatchApi batches;
  private final RefusedForms refused = new RefusedForms();

  /**
   * @param defaults what holds where the user configured nothing
   * @param batches what makes the batch API of the endpoint; gives null where there is none
   * @throws AdapterException when the user's settings are unusable
   */
  HttpAdapter(
      AdapterContext context,
      EndpointSettings defaults,
      Dialect dialect,
      Function<KeyedEndpoint, @Nullable BatchApi> batches)
      throws AdapterException {
    this.settings = defaults.configuredBy(context);
    this.dialect = dialect;
    this.endpoint = new KeyedEndpoint(context, settings, dialect);
    this.batches = batches.apply(endpoint);
  }

  @Override
  public Optional<BatchApi> batches() {
    return Optional.ofNullable(batches);
  }

  @Override
  public AgentReply invoke(AgentCall call, CallContext callContext)
      throws AdapterException, InterruptedException {
    Exchange exchange = new Exchange(call, callContext, model(call), endpoint.key());
    return call.schemaJson() == null ? exchange.text() : exchange.structured(call.schemaJson());
  }

  private String model(AgentCall call) {
    return call.model() == null || call.model().isBlank() ? settings.defaultModel() : call.model();
  }

  /** An endpoint said in an answer with status 200 that it can't work with a form. */
  private static final class FormRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final AdapterException failure;

    FormRefusedException(AdapterException failure) {
      super(null, null, false, false);
      this.failure = failure;
    }

    AdapterException failure() {
      return failure;
    }
  }

  /** One call on its way. */
  private final class Exchange {
    private final AgentCall call;
    private final CallContext callContext;
    private final String model;
    private final ApiKey key;
    private final long deadlineNanos;

    Exchange(AgentCall call, CallContext callContext, String model, ApiKey key) {
      this.call = call;
      this.callContext = callContext;
      this.model = model;
      this.key = key;
      this.deadlineNanos = System.nanoTime() + call.timeout().toNanos();
    }

    AgentReply text() throws AdapterException, InterruptedException {
      try {
        return ask(AnswerForm.FREE_TEXT, null);
      } catch (HttpErrorException e) {
        throw e.failure();
      } catch (FormRefusedException e) {
        throw e.failure();
      }
    }

    AgentReply structured(String schemaJson) throws AdapterException, InterruptedException {
      JsonNode schema = Json.read(schemaJson);
      List<AnswerForm> refusedNow = new ArrayList<>();
      AdapterException failure = null;
      for (AnswerForm form : forms(schemaJson, schema)) {
        try {
          AgentReply reply = ask(form, schema);
          refused.taken(model, form);
          refusedNow.forEach(earlier -> refused.refused(model, schemaJson, earlier));
          return reply;
        } catch (HttpErrorException e) {
          failure = e.failure();
          if (!e.mayRefuseForm()) {
            break;
          }
          refusedNow.add(form);
        } catch (FormRefusedException e) {
          failure = e.failure();
          refusedNow.add(form);
        }
      }
      if (failure == null) {
        throw new IllegalStateException("a dialect without a form");
      }
      throw failure;
    }

    private List<AnswerForm> forms(String schemaJson, JsonNode schema) {
      return call.mutating()
          ? List.of(AnswerForm.SCHEMA_IN_WORDS)
          : refused.without(model, schemaJson, dialect.forms(schema));
    }

    private AgentReply ask(AnswerForm form, @Nullable JsonNode schema)
        throws HttpErrorException, AdapterException, FormRefusedException, InterruptedException {
      String prompt = Json.wellFormed(call.prompt());
      ProviderRequest request =
          dialect.request(
              new PromptRequest(
                  schema == null ? prompt : form.prompt(prompt, Json.write(schema)),
                  model,
                  form,
                  schema,
                  settings.maxTokens(),
                  wellFormed(call.options()),
                  history()));
      JsonNode answer = sent(request);
      callContext.transcript(Json.write(Json.object().set("answer", answer)));
      try {
        return request.reader().read(answer);
      } catch (AdapterException e) {
        if (schema != null && Failures.refusesForm(answer)) {
          throw new FormRefusedException(scrubbed(e));
        }
        throw scrubbed(e);
      }
    }

    private static CallOptions wellFormed(CallOptions options) {
      String system = options.system();
      return system == null
          ? options
          : new CallOptions(
              Json.wellFormed(system),
              options.effort(),
              options.tools(),
              options.mcpServers(),
              options.files());
    }

    private List<Conversation.Turn> history() {
      return call.conversation().turns().stream()
          .map(turn ->
              new Conversation.Turn(Json.wellFormed(turn.prompt()), Json.wellFormed(turn.answer())))
          .toList();
    }

    private JsonNode sent(ProviderRequest request)
        throws HttpErrorException, AdapterException, InterruptedException {
      try {
        return endpoint
            .endpoint()
            .post(
                request.path(),
                endpoint.headers(key),
                request.body(),
                key,
                timeLeft(),
                callContext);
      } catch (HttpErrorException e) {
        throw e.billedBy(request.reader());
      }
    }

    /**
     * What an answer says of its failure may repeat the key: that goes first, and the rest then.
     */
    private AdapterException scrubbed(AdapterException failure) {
      String message = key.scrub(String.valueOf(failure.getMessage()));
      return failure.withMessage(ErrorText.shortened(message, ErrorText.MAX_FAILURE));
    }

    private Duration timeLeft() {
      return Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime()));
    }
  }
}

package dev.agentworkflows.coordinator.rpc;

import com.google.protobuf.ByteString;
import dev.agentworkflows.proto.v1.Acknowledge;
import dev.agentworkflows.proto.v1.AppendEvent;
import dev.agentworkflows.proto.v1.AskApproval;
import dev.agentworkflows.proto.v1.CancelCall;
import dev.agentworkflows.proto.v1.CloseRun;
import dev.agentworkflows.proto.v1.CommandRequest;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.HoldBudgetRequest;
import dev.agentworkflows.proto.v1.MakeCallFilesRequest;
import dev.agentworkflows.proto.v1.OpenRun;
import dev.agentworkflows.proto.v1.RejectScript;
import dev.agentworkflows.proto.v1.RejoinRun;
import dev.agentworkflows.proto.v1.StartCall;
import dev.agentworkflows.proto.v1.ToShim;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Somebody with a token who sends whatever the messages can hold: sizes, orders and repetitions
 * beyond the protocol, driven by one random number generator. For one thread.
 */
final class HostileClient implements AutoCloseable {

  private static final int MAX_STREAMS = 24;
  private static final int MAX_CHANNELS = 6;

  private final Random random;
  private final int port;
  private final String operator;
  private final List<String> words;
  private final Deque<ManagedChannel> channels = new ArrayDeque<>();
  private final Deque<Attack> attacks = new ArrayDeque<>();
  private String runToken = "none";
  private String runId = "run_none";
  private long actions;

  /**
   * @param words what a command may be made of, hosts and files among it
   */
  HostileClient(Random random, int port, String operator, List<String> words) {
    this.random = random;
    this.port = port;
    this.operator = operator;
    this.words = words;
  }

  long actions() {
    return actions;
  }

  /** One stream that was opened, and what it has said of the run. */
  private static final class Attack implements ClientResponseObserver<FromShim, ToShim> {
    private final BlockingQueue<ToShim> arrived = new LinkedBlockingQueue<>(8);
    private final boolean reads;
    private final CompletableFuture<ClientCallStreamObserver<FromShim>> requests =
        new CompletableFuture<>();
    private volatile boolean over;
    private boolean first = true;

    Attack(boolean reads) {
      this.reads = reads;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<FromShim> stream) {
      requests.complete(stream);
      if (!reads) {
        stream.disableAutoRequestWithInitial(1);
      }
    }

    @Override
    public void onNext(ToShim message) {
      arrived.offer(message);
    }

    @Override
    public void onError(Throwable failure) {
      over = true;
    }

    @Override
    public void onCompleted() {
      over = true;
    }

    /** Never more than the client's own memory bears. */
    void send(FromShim message) {
      if (!over && (first || requests.join().isReady())) {
        first = false;
        try {
          requests.join().onNext(message);
        } catch (IllegalStateException e) {
          over = true;
        }
      }
    }

    void halfClose() {
      try {
        requests.join().onCompleted();
      } catch (IllegalStateException e) {
        over = true;
      }
    }

    void cancel() {
      over = true;
      requests.join().cancel("enough", null);
    }
  }

  /** Does one thing or another. */
  void act() throws InterruptedException {
    actions++;
    attacks.removeIf(attack -> attack.over);
    int kind = random.nextInt(100);
    if (kind < 8 || attacks.isEmpty()) {
      openRun();
    } else if (kind < 16) {
      openOther();
    } else if (kind < 20) {
      rejoinStorm();
    } else if (kind < 24) {
      command();
    } else if (kind < 28) {
      unary();
    } else if (kind < 34) {
      end();
    } else if (kind < 38) {
      emptyEvents();
    } else {
      some().send(message());
    }
  }

  private Attack some() {
    int at = random.nextInt(attacks.size());
    return attacks.stream().skip(at).findFirst().orElseThrow();
  }

  private ManagedChannel channel() {
    if (channels.size() < MAX_CHANNELS || random.nextInt(20) == 0) {
      channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build());
    }
    if (channels.size() > MAX_CHANNELS) {
      channels.remove().shutdownNow();
    }
    return channels.stream().skip(random.nextInt(channels.size())).findFirst().orElseThrow();
  }

  private Attack begin(String token) {
    Attack attack = new Attack(random.nextInt(3) > 0);
    var unused = ShimStream.stub(channel(), token).run(attack);
    attacks.add(attack);
    if (attacks.size() > MAX_STREAMS) {
      attacks.remove().cancel();
    }
    return attack;
  }

  private void openRun() throws InterruptedException {
    Attack attack = begin(operator);
    attack.send(ShimStream.openRun(1));
    ToShim opened = attack.arrived.poll(5, TimeUnit.SECONDS);
    if (opened != null && opened.hasRunOpened()) {
      runToken = opened.getRunOpened().getRunToken();
      runId = opened.getRunOpened().getRunId();
    }
  }

  /** A child, another version, nonsense: with the run's token or another's. */
  private void openOther() {
    Attack attack = begin(random.nextInt(4) > 0 ? runToken : text(100));
    for (int i = random.nextInt(3); i >= 0; i--) {
      attack.send(random.nextInt(3) == 0 ? message() : child());
    }
  }

  private FromShim child() {
    OpenRun.Builder open = ShimStream.openRun(1).getOpenRun().toBuilder();
    if (random.nextInt(8) > 0) {
      open.setParentRunId(random.nextInt(8) == 0 ? text(1_000) : runId);
    }
    if (random.nextInt(4) == 0) {
      open.setArgsJson(json());
    }
    if (random.nextInt(8) == 0) {
      open.setProtocolVersion(random.nextInt());
    }
    if (random.nextInt(8) == 0) {
      open.setScriptPath(text(100_000)).setClient(text(100_000));
      open.getMetaBuilder().setName(text(1 << 20)).addPhases(text(1 << 20));
    }
    return FromShim.newBuilder().setOpenRun(open).build();
  }

  private void rejoinStorm() {
    for (int i = random.nextInt(20); i >= 0; i--) {
      begin(runToken)
          .send(
              FromShim.newBuilder()
                  .setRejoinRun(
                      RejoinRun.newBuilder()
                          .setProtocolVersion(1)
                          .setRunId(runId)
                          .setReceived(random.nextBoolean() ? 1 : number()))
                  .build());
    }
  }

  private void command() {
    CommandRequest.Builder request = CommandRequest.newBuilder();
    for (int i = random.nextInt(10); i >= 0; i--) {
      request.addArguments(
          random.nextInt(10) == 0 ? text(20_000) : words.get(random.nextInt(words.size())));
    }
    if (random.nextBoolean()) {
      request.setColumns(random.nextInt());
    }
    String token = random.nextInt(10) > 0 ? operator : runToken;
    ShimStream.stub(channel(), token).command(request.build(), ignored());
  }

  private void unary() {
    CoordinatorGrpc.CoordinatorStub stub = ShimStream.stub(channel(), runToken);
    if (random.nextBoolean()) {
      stub.holdBudget(
          HoldBudgetRequest.newBuilder()
              .setRunId(random.nextInt(5) > 0 ? runId : text(10_000))
              .setTokens(number())
              .setHoldId(text(100))
              .build(),
          ignored());
    } else {
      stub.makeCallFiles(
          MakeCallFilesRequest.newBuilder().setCallId(runId + "_call_0001").build(), ignored());
    }
  }

  private static <T> StreamObserver<T> ignored() {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {}

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {}
    };
  }

  private void end() {
    Attack attack = some();
    switch (random.nextInt(3)) {
      case 0 -> attack.halfClose();
      case 1 -> attack.cancel();
      default -> attack.send(closing());
    }
  }

  private void emptyEvents() {
    Attack attack = some();
    FromShim empty =
        FromShim.newBuilder().setAppendEvent(AppendEvent.newBuilder().setType("log")).build();
    for (int i = random.nextInt(20_000); i >= 0; i--) {
      attack.send(empty);
    }
  }

  private FromShim message() {
    FromShim.Builder message = FromShim.newBuilder();
    switch (random.nextInt(12)) {
      case 0 -> message.setAcknowledge(Acknowledge.newBuilder().setReceived(number()));
      case 1, 2 -> message.setAskApproval(question());
      case 3 -> message.setAppendEvent(event());
      case 4 -> message.setCancelCall(CancelCall.newBuilder().setCallRef(ref()));
      case 5 -> {
        return random.nextInt(4) == 0 ? closing() : child();
      }
      case 6 -> {
        return random.nextInt(4) == 0
            ? message
                .setRejectScript(
                    RejectScript.newBuilder().setProtocolVersion(1).setMessage(text(1 << 20)))
                .build()
            : message.setStartCall(call()).build();
      }
      default -> message.setStartCall(call());
    }
    return message.build();
  }

  private StartCall.Builder call() {
    StartCall.Builder call = StartCall.newBuilder().setCallRef(ref()).setIsolation("none");
    call.setPrompt(ByteString.copyFromUtf8(text(random.nextInt(20) == 0 ? 4 << 20 : 500)));
    switch (random.nextInt(10)) {
      case 0 -> call.setLabel(text(10 << 20));
      case 1 -> call.setSchemaJson(json());
      case 2 -> call.setPermissionsJson(json()).setMetadataJson(json());
      case 3 -> call.setIsolation("worktree");
      case 4 -> call.setTimeoutSeconds(random.nextGaussian() * 1e6);
      case 5 ->
          call.setMetadataJson(
              "{\"fake\":{\"cost_usd\":%s,\"input_tokens\":%d}}"
                  .formatted(absurdNumber(), number()));
      case 6, 7 ->
          call.setMetadataJson("{\"fake\":{\"delay_ms\":%d}}".formatted(random.nextInt(60_000)));
      default -> call.setProvider(random.nextInt(5) == 0 ? text(1_000) : "fake");
    }
    return call;
  }

  private AskApproval.Builder question() {
    AskApproval.Builder ask =
        AskApproval.newBuilder().setCallRef(ref()).setQuestion(text(random.nextInt(100_000)));
    if (random.nextInt(4) == 0) {
      ask.setLabel(text(10 << 20));
    }
    if (random.nextInt(4) == 0) {
      ask.setTimeoutSeconds(random.nextGaussian()).setDefaultAnswer(true);
    }
    return ask;
  }

  private AppendEvent.Builder event() {
    AppendEvent.Builder event =
        AppendEvent.newBuilder()
            .setType(random.nextInt(10) == 0 ? text(100) : "log")
            .setMessage(text(random.nextInt(10) == 0 ? 5 << 20 : 1_000));
    return random.nextInt(3) == 0 ? event.setDataJson(json()) : event;
  }

  private FromShim closing() {
    return FromShim.newBuilder()
        .setCloseRun(
            CloseRun.newBuilder()
                .setStatus(random.nextInt(3) > 0 ? "done" : text(50))
                .setOutputJson(json())
                .setTraceback(text(2 << 20)))
        .build();
  }

  /** Mostly one after another, sometimes one that was there. */
  private long ref() {
    return random.nextInt(30) == 0 ? random.nextInt(50) : actions;
  }

  private long number() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> -1;
      default -> random.nextInt(1_000);
    };
  }

  private String absurdNumber() {
    return List.of("9e18", "1e-999999999", "1e999999999", "0e999999999", "0.01")
        .get(random.nextInt(5));
  }

  private String json() {
    return switch (random.nextInt(8)) {
      case 0 -> "{";
      case 1 -> "[" + absurdNumber() + "]";
      case 2 -> "[".repeat(random.nextInt(5_000));
      case 3 -> "{\"a\":" + absurdNumber() + "}";
      case 4 -> "{\"type\":\"integer\",\"multipleOf\":" + absurdNumber() + "}";
      case 5 -> "\"" + "x".repeat(random.nextInt(6 << 20)) + "\"";
      case 6 -> "";
      default -> "{\"a\":\"" + "x".repeat(random.nextInt(10_000)) + "\"}";
    };
  }

  private String text(int most) {
    return String.valueOf((char) ('a' + random.nextInt(26))).repeat(random.nextInt(most + 1));
  }

  @Override
  public void close() throws InterruptedException {
    attacks.forEach(Attack::cancel);
    for (ManagedChannel channel : channels) {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }
}

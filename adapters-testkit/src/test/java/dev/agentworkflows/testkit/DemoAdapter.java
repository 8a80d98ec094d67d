package dev.agentworkflows.testkit;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** An adapter for an agent's program that does not exist, which does one thing wrong or none. */
final class DemoAdapter implements Adapter {

  static final String KEY = "DEMO_API_KEY";

  private static final String MARK = "DEMO_ADAPTER_CALL";
  private static final int MAX_ERRORS = 1000;

  private final AdapterContext context;
  private final Fault fault;

  private DemoAdapter(AdapterContext context, Fault fault) {
    this.context = context;
    this.fault = fault;
  }

  /** Made by tests alone, except for the one that the service loader finds. */
  public static final class Factory implements AdapterFactory {

    private final Fault fault;

    public Factory() {
      this(Fault.NONE);
    }

    Factory(Fault fault) {
      this.fault = fault;
    }

    @Override
    public String name() {
      return "demo";
    }

    @Override
    public Set<Capability> capabilities() {
      return fault == Fault.PROMISES_NO_SESSIONS ? Set.of() : Set.of(Capability.SESSIONS);
    }

    @Override
    public Adapter create(AdapterContext context) throws AdapterException {
      context.refuseSettingsBeyond(Set.of("program"));
      return new DemoAdapter(context, fault);
    }
  }

  @Override
  public AgentReply invoke(AgentCall call, CallContext callContext)
      throws AdapterException, InterruptedException {
    Path program = Path.of(context.settings().get("program"));
    if (!Files.isExecutable(program) && fault != Fault.DOES_NOT_LOOK_FOR_ITS_PROGRAM) {
      throw new AdapterException(Kind.UNAVAILABLE, program + " can't be executed");
    }
    String mark = UUID.randomUUID().toString();
    DemoOutput output = new DemoOutput(fault);
    Process process = start(program, call, mark);
    try {
      Errors errors = new Errors(process.getErrorStream());
      Thread reader = thread(() -> output.read(process.getInputStream()));
      Thread complaints = thread(errors::read);
      Thread feeder = thread(() -> feed(process.getOutputStream(), call.prompt()));
      await(process, output);
      end(process, mark);
      reader.join(2000);
      complaints.join(2000);
      feeder.interrupt();
      return reply(call, process, output, errors.text());
    } finally {
      end(process, mark);
    }
  }

  private Process start(Path program, AgentCall call, String mark) throws AdapterException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    AgentSession session = call.conversation().session();
    if (session != null && fault == Fault.TRUSTS_STORED_IDS) {
      command.addAll(List.of("--resume", session.id()));
    } else if (session != null && fault != Fault.BEGINS_ANEW) {
      command.add("--resume=" + session.id().strip());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(context.environment());
    builder.environment().putAll(Map.of(MARK, mark, KEY, context.secret(KEY).orElse("")));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new AdapterException(Kind.PERMANENT, "the program could not be started");
    }
  }

  private void await(Process process, DemoOutput output) throws InterruptedException {
    boolean waits = fault == Fault.WAITS_FOR_THE_END;
    while (process.isAlive() && (waits || !output.isComplete())) {
      try {
        boolean unused = process.waitFor(50, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        if (fault != Fault.SWALLOWS_INTERRUPTIONS) {
          throw e;
        }
      }
    }
    boolean unused = process.waitFor(1, TimeUnit.SECONDS);
  }

  private void end(Process process, String mark) {
    switch (fault) {
      case LEAVES_WHAT_THE_PROGRAM_LEFT -> process.descendants().forEach(ProcessHandle::destroy);
      case ENDS_THE_PROGRAM_ALONE -> process.destroyForcibly();
      case ASKS_PROCESSES_TO_END -> marked(mark).forEach(ProcessHandle::destroy);
      default -> {
        for (List<ProcessHandle> left = marked(mark); !left.isEmpty(); left = marked(mark)) {
          left.forEach(ProcessHandle::destroyForcibly);
        }
      }
    }
  }

  private static List<ProcessHandle> marked(String mark) {
    return ProcessHandle.allProcesses().filter(process -> carries(process.pid(), mark)).toList();
  }

  private static boolean carries(long pid, String mark) {
    try {
      byte[] environment = Files.readAllBytes(Path.of("/proc", String.valueOf(pid), "environ"));
      return new String(environment, StandardCharsets.ISO_8859_1).contains(MARK + "=" + mark);
    } catch (IOException e) {
      return false; // Of somebody else, or gone.
    }
  }

  private AgentReply reply(AgentCall call, Process process, DemoOutput output, String errors)
      throws AdapterException {
    int code = process.isAlive() ? 0 : process.exitValue();
    String text = output.text();
    boolean counts = code == 0 || fault != Fault.LOOKS_AT_THE_EXIT_CODE;
    if (text == null && code == 0 && fault == Fault.TAKES_SILENCE_FOR_AN_ANSWER) {
      text = "";
    }
    if (fault == Fault.READS_THE_AGENTS_WORDS && text != null && text.contains("usage limit")) {
      throw AdapterException.usageLimited("limited", UsageLimit.until(null, true), Usage.UNKNOWN);
    }
    if (text != null && counts) {
      return AgentReply.builder(text).session(new AgentSession("s-1", false)).build();
    }
    throw failure(call, code, output, errors);
  }

  private AdapterException failure(AgentCall call, int code, DemoOutput output, String errors) {
    boolean began = output.began() && fault != Fault.DENIES_WORK;
    boolean inSession = call.conversation().session() != null;
    if (inSession && (!began || fault == Fault.LOSES_SESSIONS_AFTER_WORK)) {
      return new AdapterException(
          fault == Fault.LOSES_NO_SESSION ? Kind.PERMANENT : Kind.SESSION_LOST, "no session");
    }
    String kind = output.failure();
    if (kind == null) {
      return silent(call, code, began, errors);
    }
    String words = context.redact(output.why());
    Instant resetsAt = fault == Fault.OVERLOOKS_RESET_TIMES ? null : output.resetsAt();
    if (resetsAt == null && fault == Fault.INVENTS_RESET_TIMES) {
      resetsAt = Instant.now();
    }
    boolean limited =
        kind.equals("limited")
            || (kind.equals("exhausted") && fault == Fault.WAITS_FOR_MONEY)
            || (kind.equals("overloaded") && fault == Fault.TAKES_OVERLOAD_FOR_A_LIMIT);
    if (limited) {
      return AdapterException.usageLimited(
          words, UsageLimit.until(resetsAt, !began), Usage.UNKNOWN);
    }
    return switch (kind) {
      case "overloaded" -> new AdapterException(Kind.TRANSIENT, words);
      case "exhausted" -> new AdapterException(Kind.EXHAUSTED, words);
      default -> new AdapterException(Kind.PERMANENT, words);
    };
  }

  private AdapterException silent(AgentCall call, int code, boolean began, String errors) {
    if (!began && fault == Fault.DENIES_WORK) {
      return new AdapterException(Kind.NOT_SENT, "nothing was heard");
    }
    boolean signal = code > 128;
    boolean passes = code == 0 || signal;
    if (fault == Fault.TRIES_EXIT_CODES_AGAIN) {
      passes = true;
    } else if (fault == Fault.GIVES_UP_ON_SIGNALS && signal) {
      passes = false;
    }
    String end = fault == Fault.CUTS_BEFORE_IT_REDACTS ? errors : context.redact(errors);
    if (fault != Fault.SHOWS_THE_PROMPT) {
      end = end.replace(call.prompt(), "[the prompt]");
    }
    end = end.substring(Math.max(0, end.length() - MAX_ERRORS));
    String how = signal ? "signal " + (code - 128) : "exit code " + code;
    return new AdapterException(
        passes ? Kind.TRANSIENT : Kind.PERMANENT, how + ": " + context.redact(end));
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void feed(OutputStream stdin, String prompt) {
    try (stdin) {
      stdin.write(prompt.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It does not read.
    }
  }

  /** The end of what a program complains of. */
  private final class Errors {

    private final InputStream in;
    private final List<byte[]> all = new ArrayList<>();
    private byte[] end = new byte[0];

    Errors(InputStream in) {
      this.in = in;
    }

    void read() {
      try {
        byte[] chunk = new byte[1 << 16];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
          append(chunk, count);
          if (fault == Fault.KEEPS_ERRORS) {
            all.add(Arrays.copyOf(chunk, count));
          }
        }
      } catch (IOException e) {
        // The call is over.
      }
    }

    private synchronized void append(byte[] chunk, int count) {
      byte[] more = new byte[end.length + count];
      System.arraycopy(end, 0, more, 0, end.length);
      System.arraycopy(chunk, 0, more, end.length, count);
      int from = Math.max(0, more.length - (1 << 16));
      end = Arrays.copyOfRange(more, from, more.length);
    }

    synchronized String text() {
      return new String(end, StandardCharsets.UTF_8);
    }
  }
}

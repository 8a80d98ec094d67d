package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ShowCall;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import picocli.CommandLine;

@CommandLine.Command(name = "cat", description = "Print a call's answer, or its prompt.")
@Manual(
    description = "The text as the provider gave it, whole.",
    examples = {
      "owf cat run_20261122_143201_4f9c1a_call_0003",
      "owf cat run_20261122_143201_4f9c1a_call_0003 --prompt"
    },
    seeAlso = {"calls", "artifacts"})
final class CatCommand extends ReadingCommand {

  CatCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Parameters(paramLabel = "CALL", description = "A call id.")
  private String call = "";

  @CommandLine.Option(names = "--prompt", description = "The prompt instead of the answer.")
  private boolean prompt;

  @Override
  int show(OpenHome home) {
    ShowCall calls = new ShowCall(home);
    CallRecord record = calls.of(call);
    CallTexts texts = calls.texts(record);
    if (json()) {
      screen()
          .json(
              Json.object()
                  .put("call_id", record.id())
                  .put("prompt", texts.prompt())
                  .put("text", texts.text())
                  .put("error", texts.error())
                  .set("value", texts.valueJson() == null ? null : Json.read(texts.valueJson())));
      return ExitCode.FINE;
    }
    String shown = prompt ? texts.prompt() : texts.text();
    if (shown == null) {
      throw new RefusedException(
          record.id()
              + " has no answer: it is "
              + record.status().label()
              + (record.error() == null ? "." : ": " + record.error()));
    }
    screen().document(shown.endsWith("\n") ? shown : shown + "\n");
    return ExitCode.FINE;
  }
}

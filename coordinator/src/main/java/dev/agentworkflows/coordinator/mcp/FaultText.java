package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.store.StoreException;
import java.time.DateTimeException;

/** What a client is told of a failure that is no refusal: of the home's, or a fault of ours. */
final class FaultText {

  private FaultText() {}

  static String of(Throwable fault) {
    if (fault instanceof OutOfMemoryError) {
      return "the server has too little memory for that. Ask for less at once, or start it with more.";
    }
    if (fault instanceof StoreException) {
      return String.valueOf(fault.getMessage());
    }
    if (fault instanceof JsonTextException
        || fault instanceof DateTimeException
        || fault instanceof ArithmeticException) {
      return "the records of this home are damaged or were changed by another program: "
          + (fault instanceof JsonTextException ? fault.getMessage() : "they hold no such value")
          + ".";
    }
    return "unexpected: " + fault;
  }
}

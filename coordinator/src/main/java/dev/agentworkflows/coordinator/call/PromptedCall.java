package dev.agentworkflows.coordinator.call;

/**
 * What a call asks for once.
 *
 * @param prompt the script's, or the one for another answer that satisfies the schema
 */
record PromptedCall(InFlightCall call, AdmittedCall admitted, CallDirectory place, String prompt) {}

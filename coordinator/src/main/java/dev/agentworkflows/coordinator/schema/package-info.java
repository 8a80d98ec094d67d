/** Structured answers: finding the JSON in a text, and holding it against a JSON Schema. */
@NullMarked
package dev.agentworkflows.coordinator.schema;

import org.jspecify.annotations.NullMarked;

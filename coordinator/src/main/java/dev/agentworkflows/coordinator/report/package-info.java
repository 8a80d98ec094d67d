/** What a run did, for people: Markdown, HTML, one-line summaries. */
@NullMarked
package dev.agentworkflows.coordinator.report;

import org.jspecify.annotations.NullMarked;

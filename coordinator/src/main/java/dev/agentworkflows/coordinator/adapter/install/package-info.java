/** Fetching a third party's adapter from Maven repositories. The only package that knows Maven. */
@NullMarked
package dev.agentworkflows.coordinator.adapter.install;

import org.jspecify.annotations.NullMarked;

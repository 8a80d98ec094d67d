/**
 * What the HTTP adapters share: {@link dev.agentworkflows.adapter.http.HttpAdapter} asks an
 * endpoint, and a {@link dev.agentworkflows.adapter.http.Dialect} says how one provider wants to be
 * asked.
 *
 * <p>Nothing is retried here: the coordinator does that.
 */
@NullMarked
package dev.agentworkflows.adapter.http;

import org.jspecify.annotations.NullMarked;

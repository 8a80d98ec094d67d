/**
 * What the HTTP adapters share: {@link dev.agentworkflows.http.HttpAdapter} asks an endpoint, and a
 * {@link dev.agentworkflows.http.Dialect} says how one provider wants to be asked.
 *
 * <p>Nothing is retried here: the coordinator does that.
 */
@NullMarked
package dev.agentworkflows.http;

import org.jspecify.annotations.NullMarked;

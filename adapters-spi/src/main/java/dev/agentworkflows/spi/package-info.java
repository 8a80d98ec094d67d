/**
 * All that an adapter's author compiles against: JDK types only, nothing of the coordinator.
 *
 * <p>An adapter's jar names its {@link dev.agentworkflows.spi.AdapterFactory} in {@code
 * META-INF/services/dev.agentworkflows.spi.AdapterFactory}, and may name in its manifest the {@link
 * dev.agentworkflows.spi.SpiLevel} that it needs.
 */
@NullMarked
package dev.agentworkflows.spi;

import org.jspecify.annotations.NullMarked;

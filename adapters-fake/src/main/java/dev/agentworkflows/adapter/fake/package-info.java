/** The provider {@code fake}, which answers without a model. It knows the SPI and nothing else. */
@NullMarked
package dev.agentworkflows.adapter.fake;

import org.jspecify.annotations.NullMarked;

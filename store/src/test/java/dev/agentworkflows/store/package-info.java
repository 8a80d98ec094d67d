@NullMarked
package dev.agentworkflows.store;

import org.jspecify.annotations.NullMarked;

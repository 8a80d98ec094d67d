/** Finding a Python, unpacking the shim, and keeping its process. */
@NullMarked
package dev.agentworkflows.coordinator.shim;

import org.jspecify.annotations.NullMarked;

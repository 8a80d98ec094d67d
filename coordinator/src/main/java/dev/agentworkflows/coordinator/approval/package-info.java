/** Questions that scripts ask people: asked, answered from anywhere, remembered. */
@NullMarked
package dev.agentworkflows.coordinator.approval;

import org.jspecify.annotations.NullMarked;

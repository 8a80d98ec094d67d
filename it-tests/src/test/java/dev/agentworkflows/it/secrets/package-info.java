/** What is planted as a key is found nowhere. */
@NullMarked
package dev.agentworkflows.it.secrets;

import org.jspecify.annotations.NullMarked;

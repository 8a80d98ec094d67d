/** The product as its users meet it: the jar is started, its files and its words are looked at. */
@NullMarked
package dev.agentworkflows.it;

import org.jspecify.annotations.NullMarked;

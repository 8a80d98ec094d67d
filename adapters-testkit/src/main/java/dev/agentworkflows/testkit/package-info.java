/**
 * For the tests of an adapter's author: what every adapter must do, as a test class to extend, and
 * what a coordinator would offer to the adapter meanwhile.
 */
@NullMarked
package dev.agentworkflows.testkit;

import org.jspecify.annotations.NullMarked;

package dev.agentworkflows.it.agents;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A test class that is given the newest versions of agents' programs instead of those that the
 * tests know. {@code -Dagents=newest} gives them to all classes.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@interface NewestPrograms {}

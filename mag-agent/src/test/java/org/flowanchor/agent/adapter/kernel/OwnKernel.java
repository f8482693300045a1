package org.flowanchor.agent.adapter.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tests of this class change what a kernel has but once, for all its namespaces: they run in user-mode Linux and nowhere else. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface OwnKernel {}

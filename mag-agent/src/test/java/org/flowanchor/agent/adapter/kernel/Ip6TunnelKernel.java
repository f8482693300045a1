package org.flowanchor.agent.adapter.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tests of this class need a kernel with {@code ip6tnl}; where this machine's has none, they run in user-mode Linux. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Ip6TunnelKernel {}

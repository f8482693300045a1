package org.flowanchor.binding.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code flowanchor.rest}.
 *
 * @param unauthenticatedOffLoopback whoever reaches REST is believed, also from elsewhere
 */
@ConfigurationProperties("flowanchor.rest")
record RestProperties(@DefaultValue("false") boolean unauthenticatedOffLoopback) {}

package org.flowanchor.service;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code flowanchor.rest}.
 *
 * @param unauthenticatedOffLoopback whoever reaches REST is believed, also from elsewhere
 */
@ConfigurationProperties("flowanchor.rest")
public record RestProperties(@DefaultValue("false") boolean unauthenticatedOffLoopback) {}

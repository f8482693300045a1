package org.flowanchor.binding.domain;

import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Prefixes that deciding an update may take.
 *
 * @param gateway whose block temporal ones come from
 * @param count at most
 */
public record PrefixDemand(PrefixKind kind, ProxyCareOfAddress gateway, int count) {}

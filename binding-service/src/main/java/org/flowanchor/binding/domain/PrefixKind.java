package org.flowanchor.binding.domain;

/** Two-level prefixes (draft-park): where a prefix comes from, and so what it is good for. */
public enum PrefixKind {
    /** From a pool of the anchor: for sessions that move between gateways, and the only ones that are shared. */
    PERMANENT,
    /** From the block of the gateway that registers the session: traffic that needs no mobility. */
    TEMPORAL
}

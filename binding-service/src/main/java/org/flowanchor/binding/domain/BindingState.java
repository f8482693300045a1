package org.flowanchor.binding.domain;

/**
 * State of a binding cache entry.
 *
 * <pre>
 * (none)    -- update accepted, lifetime &gt; 0 --------------&gt; ACTIVE
 * ACTIVE    -- update accepted, lifetime &gt; 0 --------------&gt; ACTIVE     extension, handover
 * ACTIVE    -- update accepted, lifetime 0 -----------------&gt; RELEASING  kept for MinDelayBeforeBCEDelete
 * ACTIVE    -- lifetime over --------------------------------&gt; (gone)
 * RELEASING -- update accepted, lifetime &gt; 0 --------------&gt; ACTIVE
 * RELEASING -- MinDelayBeforeBCEDelete over ----------------&gt; (gone)
 * </pre>
 */
public enum BindingState {
    /** Forwards. */
    ACTIVE,
    /** De-registered (RFC 5213 section 5.3.5): forwards nothing from the moment the de-registration was accepted. */
    RELEASING
}

package org.flowanchor.flow.adapter.rest;

import java.time.Instant;

/**
 * A hint was taken; what becomes of it is in the flow's explanation.
 *
 * @param until when it is forgotten
 */
record HintAnswer(String flow, String to, Instant until) {}

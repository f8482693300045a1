/** The operator's view: flows, links, moves. */
@NullMarked
package org.flowanchor.flow.adapter.rest;

import org.jspecify.annotations.NullMarked;

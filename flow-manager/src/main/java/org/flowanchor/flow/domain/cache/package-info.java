/** What is known of one anchor's terminals and flows: bindings and the flow mobility cache (RFC 7864 section 5.2). */
@NullMarked
package org.flowanchor.flow.domain.cache;

import org.jspecify.annotations.NullMarked;

/** What operators ask over HTTP. Errors are problem details (RFC 9457). */
@NullMarked
package org.flowanchor.binding.adapter.rest;

import org.jspecify.annotations.NullMarked;

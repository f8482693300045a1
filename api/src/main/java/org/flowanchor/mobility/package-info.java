/**
 * Values of RFC 5213, RFC 7864, RFC 6088 and RFC 6089, and the trace context that messages carry: immutable, self-checking, without bytes
 * on the wire, I/O or logging. Every module may use them; this package uses java.base only.
 */
@NullMarked
package org.flowanchor.mobility;

import org.jspecify.annotations.NullMarked;

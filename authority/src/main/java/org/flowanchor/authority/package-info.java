/** A certificate authority for the laboratory and for tests; depends on no other module and never ships. */
@NullMarked
package org.flowanchor.authority;

import org.jspecify.annotations.NullMarked;

/** Tests that every service has to pass: each extends them with what is its own. */
@NullMarked
package org.flowanchor.service.testing;

import org.jspecify.annotations.NullMarked;

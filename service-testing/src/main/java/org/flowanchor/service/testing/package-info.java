/** Tests that every service has to pass, each of which it extends with what is its own, and what several need for theirs. */
@NullMarked
package org.flowanchor.service.testing;

import org.jspecify.annotations.NullMarked;

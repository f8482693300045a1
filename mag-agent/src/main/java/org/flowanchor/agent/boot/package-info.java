/** Configuration, command line and wiring. */
@NullMarked
package org.flowanchor.agent.boot;

import org.jspecify.annotations.NullMarked;

/**
 * Scenarios: each plays a story on the lab with the real services and agents, measures it at both ends and checks what must hold. A
 * check rests on counters and sequence numbers of the lab, never on the product's logs.
 */
@NullMarked
package org.flowanchor.testbed.scenario;

import org.jspecify.annotations.NullMarked;

/** Which access carries which flow: the compiled policies, the one placement method, and the state of one anchor. */
@NullMarked
package org.flowanchor.flow.domain.placement;

import org.jspecify.annotations.NullMarked;

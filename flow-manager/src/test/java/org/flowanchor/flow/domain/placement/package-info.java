@NullMarked
package org.flowanchor.flow.domain.placement;

import org.jspecify.annotations.NullMarked;

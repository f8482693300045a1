/** How loaded each access is, judged from link samples with hysteresis in time. */
@NullMarked
package org.flowanchor.flow.domain.load;

import org.jspecify.annotations.NullMarked;

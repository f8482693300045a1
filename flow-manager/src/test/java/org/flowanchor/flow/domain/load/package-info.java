@NullMarked
package org.flowanchor.flow.domain.load;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.flowanchor.flow.domain.cache;

import org.jspecify.annotations.NullMarked;

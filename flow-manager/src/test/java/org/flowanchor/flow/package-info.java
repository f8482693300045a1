@NullMarked
package org.flowanchor.flow;

import org.jspecify.annotations.NullMarked;

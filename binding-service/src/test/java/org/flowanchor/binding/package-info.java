@NullMarked
package org.flowanchor.binding;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.flowanchor.flow.boot;

import org.jspecify.annotations.NullMarked;

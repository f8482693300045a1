@NullMarked
package org.flowanchor.binding.boot;

import org.jspecify.annotations.NullMarked;

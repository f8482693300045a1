@NullMarked
package org.flowanchor.testbed.foreign;

import org.jspecify.annotations.NullMarked;

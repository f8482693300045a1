@NullMarked
package org.flowanchor.testbed;

import org.jspecify.annotations.NullMarked;

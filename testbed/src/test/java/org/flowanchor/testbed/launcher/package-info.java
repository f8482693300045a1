@NullMarked
package org.flowanchor.testbed.launcher;

import org.jspecify.annotations.NullMarked;

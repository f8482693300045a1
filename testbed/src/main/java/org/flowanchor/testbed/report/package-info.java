/** What a scenario measured, as a file and as plots. */
@NullMarked
package org.flowanchor.testbed.report;

import org.jspecify.annotations.NullMarked;

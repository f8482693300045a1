/**
 * What every side of a process boundary needs beside the generated contracts in {@code org.flowanchor.api.v1}: topic names and the
 * mapping between contract messages and the RFC's values.
 */
@NullMarked
package org.flowanchor.api;

import org.jspecify.annotations.NullMarked;

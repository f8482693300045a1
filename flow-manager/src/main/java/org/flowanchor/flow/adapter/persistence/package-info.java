/** Pins and ownership epochs in PostgreSQL. */
@NullMarked
package org.flowanchor.flow.adapter.persistence;

import org.jspecify.annotations.NullMarked;

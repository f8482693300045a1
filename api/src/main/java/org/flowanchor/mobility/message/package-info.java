/**
 * Messages of the Mobility Header as values: one record per message, without bytes. Reserved bits are not part of a value. java.base
 * only.
 */
@NullMarked
package org.flowanchor.mobility.message;

import org.jspecify.annotations.NullMarked;

/**
 * Mobility options as values: one record per option, without bytes, padding or alignment. Records hold what the wire can hold, so that
 * a value a protocol rule forbids can still be answered; what no layout can carry is refused by the constructor. Options without a
 * record here are kept as {@link org.flowanchor.mobility.option.UnknownOption} and written again as they came. java.base only.
 */
@NullMarked
package org.flowanchor.mobility.option;

import org.jspecify.annotations.NullMarked;

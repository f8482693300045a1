/**
 * The lab: network namespaces, links, shapes and counters, made with the ordinary tools ({@code ip}, {@code tc}, {@code nft}). It
 * plays the operator's part only; tunnels, steering and advertisements are the agents'. Knows nothing of the product.
 */
@NullMarked
package org.flowanchor.testbed.lab;

import org.jspecify.annotations.NullMarked;

/** The services that agents dial: registration for gateways, bindings for the anchor's user plane. */
@NullMarked
package org.flowanchor.binding.adapter.grpc;

import org.jspecify.annotations.NullMarked;

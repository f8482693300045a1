/** SteeringService: the agents' streams. */
@NullMarked
package org.flowanchor.flow.adapter.grpc;

import org.jspecify.annotations.NullMarked;

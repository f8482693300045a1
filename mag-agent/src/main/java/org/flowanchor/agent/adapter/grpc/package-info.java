/** The streams to binding-service and flow-manager: dial, greet, map contract messages to values and back, dial again. */
@NullMarked
package org.flowanchor.agent.adapter.grpc;

import org.jspecify.annotations.NullMarked;

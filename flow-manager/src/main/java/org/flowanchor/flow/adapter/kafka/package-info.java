/** Topics in (bindings, policies, link-samples) and out (link-samples, flow-moves). */
@NullMarked
package org.flowanchor.flow.adapter.kafka;

import org.jspecify.annotations.NullMarked;

/** What operators and their monitoring ask the agent: health and metrics over HTTP. */
@NullMarked
package org.flowanchor.agent.adapter.operations;

import org.jspecify.annotations.NullMarked;

/** The Helm chart, rendered by the real Helm library and judged by the Kubernetes API's own model. */
@NullMarked
package org.flowanchor.policy.chart;

import org.jspecify.annotations.NullMarked;

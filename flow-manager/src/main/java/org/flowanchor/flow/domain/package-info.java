/** Values of flow placement that every part of the flow-manager names. Uses java.* and the RFC's values only. */
@NullMarked
package org.flowanchor.flow.domain;

import org.jspecify.annotations.NullMarked;

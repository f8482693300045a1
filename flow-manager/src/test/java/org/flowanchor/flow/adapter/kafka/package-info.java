@NullMarked
package org.flowanchor.flow.adapter.kafka;

import org.jspecify.annotations.NullMarked;

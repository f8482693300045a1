@NullMarked
package org.flowanchor.binding.adapter.kafka;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.flowanchor.binding.adapter.grpc;

import org.jspecify.annotations.NullMarked;

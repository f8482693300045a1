@NullMarked
package org.flowanchor.binding.adapter.persistence;

import org.jspecify.annotations.NullMarked;

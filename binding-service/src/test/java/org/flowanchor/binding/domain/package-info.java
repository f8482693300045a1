@NullMarked
package org.flowanchor.binding.domain;

import org.jspecify.annotations.NullMarked;

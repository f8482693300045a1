@NullMarked
package org.flowanchor.binding.application;

import org.jspecify.annotations.NullMarked;

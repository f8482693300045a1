@NullMarked
package org.flowanchor.flow.application;

import org.jspecify.annotations.NullMarked;

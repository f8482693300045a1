@NullMarked
package org.flowanchor.binding.adapter.mobilityheader;

import org.jspecify.annotations.NullMarked;

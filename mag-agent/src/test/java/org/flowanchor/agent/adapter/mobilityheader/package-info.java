@NullMarked
package org.flowanchor.agent.adapter.mobilityheader;

import org.jspecify.annotations.NullMarked;

/** What more than one adapter needs: contract messages to values of the domain and back. */
@NullMarked
package org.flowanchor.flow.adapter;

import org.jspecify.annotations.NullMarked;

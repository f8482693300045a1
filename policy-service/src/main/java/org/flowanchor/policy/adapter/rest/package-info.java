/** REST: policies here, bindings, flows and links at their owners. Uses the application; nobody uses it but the wiring. */
@NullMarked
package org.flowanchor.policy.adapter.rest;

import org.jspecify.annotations.NullMarked;

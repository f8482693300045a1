/**
 * What an offload policy is, how its document is read and written, and which change of the set of policies is allowed. Pure:
 * {@code java.*} and the RFC values only. Every layer above may use it.
 */
@NullMarked
package org.flowanchor.policy.domain;

import org.jspecify.annotations.NullMarked;

/**
 * The reference mobile node: an ordinary host without any mobility protocol whose one address lives on a logical interface over all
 * its links (RFC 7847) and whose uplink follows its downlink per flow, in the kernel. Uses the lab only.
 */
@NullMarked
package org.flowanchor.testbed.mobilenode;

import org.jspecify.annotations.NullMarked;

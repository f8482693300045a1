/** nf_tables: tables, sets, maps, chains and rules, changed in transactions. Uses {@code linux.netlink}; knows nothing of mobility. */
@NullMarked
package org.flowanchor.agent.linux.nftables;

import org.jspecify.annotations.NullMarked;

package org.flowanchor.binding.adapter.persistence;

/**
 * What a decision was made on. Versions are dense, so two transactions of different replicas may lead to the same one: the number drawn
 * for a transaction tells them apart.
 *
 * @param version of the anchor's last change
 * @param transaction number of the transaction that made it
 */
record AnchorState(long version, long transaction) {}

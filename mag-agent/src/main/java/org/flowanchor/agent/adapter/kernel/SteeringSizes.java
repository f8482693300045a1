package org.flowanchor.agent.adapter.kernel;

/**
 * Most elements of each sized map of the steering table. The kernel takes the memory of a hash map's buckets at once, some 16 octets for
 * each element it may have, and refuses the whole transaction with the first element beyond.
 *
 * @param pools two elements each
 */
record SteeringSizes(int flows, int groups, int labels, int indexes, int classes, int accesses, int pools, int names) {
    static final SteeringSizes DEFAULT =
            new SteeringSizes(1_048_576, 524_288, 65_536, 65_536, 65_536, 2_097_152, 65_536, 131_072);
}

package org.flowanchor.binding.application;

import java.util.SortedSet;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * What one transaction touches.
 *
 * @param mobileNodes locked in this order
 * @param named prefixes some update names by value
 * @param prefixesWanted how many prefixes the updates could take at most
 */
public record BatchScope(
        SortedSet<MobileNodeIdentifier> mobileNodes, SortedSet<HomeNetworkPrefix> named, int prefixesWanted) {}

package org.flowanchor.binding.domain;

import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * Prefixes that a gateway names by value for a session of its own (RFC 5213 section 5.3.2(3)): "if the local mobility anchor is
 * authorized to accept". It is for a prefix that still rests for the very node, is of the kind that the session is to have, and was not
 * kept for another node since; and, at a gateway that assigns prefixes itself and may do
 * so here, for any free one. What is granted is what was named, never another.
 */
final class NamedPrefixes {
    private final Admission admission;

    NamedPrefixes(Admission admission) {
        this.admission = admission;
    }

    /** Whether all of an update's are granted to the node; ALL_ZERO is no name. */
    boolean areGranted(
            ProxyBindingUpdate update, MobileNodeIdentifier mobileNode, PrefixHolders holders, PrefixKind kind) {
        return update.nonZeroPrefixes().stream()
                .allMatch(prefix -> isGranted(update, prefix, mobileNode, holders, kind));
    }

    private boolean isGranted(
            ProxyBindingUpdate update,
            HomeNetworkPrefix prefix,
            MobileNodeIdentifier mobileNode,
            PrefixHolders holders,
            PrefixKind kind) {
        return holders.isOfKind(prefix, kind)
                        && holders.holder(prefix)
                                .filter(holder -> holder.mobileNodeIdentifier().equals(mobileNode)
                                        && holder.keptFor()
                                                .map(mobileNode::equals)
                                                .orElse(true))
                                .isPresent()
                || admission.mayProposePrefixes(update.proxyCareOfAddress())
                        && holders.isFree(prefix, mobileNode, kind, update.proxyCareOfAddress());
    }
}

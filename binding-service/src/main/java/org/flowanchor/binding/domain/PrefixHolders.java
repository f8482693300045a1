package org.flowanchor.binding.domain;

import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Whose a prefix is. */
@FunctionalInterface
public interface PrefixHolders {
    /** Empty: nobody's, or none of this anchor's. */
    Optional<PrefixHolder> holder(HomeNetworkPrefix prefix);

    /**
     * Whether a gateway's proposal can be followed: a whole prefix of a pool that serves such sessions there, which nobody holds or rests
     * on, and that is not kept for another node than {@code mobileNode}.
     */
    default boolean isFree(
            HomeNetworkPrefix prefix, MobileNodeIdentifier mobileNode, PrefixKind kind, ProxyCareOfAddress gateway) {
        return false;
    }

    /** Whether sessions of that kind may have it: its pool is of it, or none of this anchor's any more. */
    default boolean isOfKind(HomeNetworkPrefix prefix, PrefixKind kind) {
        return true;
    }

    /** Whether it is a whole prefix of a pool of this anchor that serves such sessions there. */
    default boolean isServed(HomeNetworkPrefix prefix, PrefixKind kind, ProxyCareOfAddress gateway) {
        return false;
    }

    /**
     * The one mobile node a prefix is assigned to.
     *
     * @param resting released: in no entry, and not yet given to another node
     * @param rested long enough: another node may have it
     * @param keptFor by its profile: no other node may have it
     */
    record PrefixHolder(
            MobileNodeIdentifier mobileNodeIdentifier,
            boolean resting,
            boolean rested,
            Optional<MobileNodeIdentifier> keptFor) {
        public PrefixHolder {
            if (rested && !resting) {
                throw new IllegalArgumentException("only a resting prefix has rested");
            }
        }

        public PrefixHolder(MobileNodeIdentifier mobileNodeIdentifier, boolean resting) {
            this(mobileNodeIdentifier, resting, false, Optional.empty());
        }

        public PrefixHolder(MobileNodeIdentifier mobileNodeIdentifier, boolean resting, boolean rested) {
            this(mobileNodeIdentifier, resting, rested, Optional.empty());
        }
    }
}

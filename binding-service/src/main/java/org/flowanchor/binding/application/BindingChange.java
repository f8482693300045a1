package org.flowanchor.binding.application;

import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Net change of one entry by one transaction: one version, one outbox row. */
public sealed interface BindingChange {
    MobileNodeIdentifier mobileNodeIdentifier();

    BindingIdentifier bindingIdentifier();

    /** @param created the entry did not exist before */
    record Written(BindingCacheEntry entry, boolean created) implements BindingChange {
        @Override
        public MobileNodeIdentifier mobileNodeIdentifier() {
            return entry.mobileNodeIdentifier();
        }

        @Override
        public BindingIdentifier bindingIdentifier() {
            return entry.bindingIdentifier();
        }
    }

    record Removed(MobileNodeIdentifier mobileNodeIdentifier, BindingIdentifier bindingIdentifier)
            implements BindingChange {}
}

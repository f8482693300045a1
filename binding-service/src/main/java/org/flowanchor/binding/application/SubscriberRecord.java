package org.flowanchor.binding.application;

import java.util.Optional;
import org.flowanchor.api.v1.SubscriberEvent;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * One record of the topic {@code subscribers}.
 *
 * @param version of the set of profiles: a record that is not newer than what is known of its mobile node says nothing
 * @param event a legal one; empty: the profile is gone
 */
public record SubscriberRecord(
        MobileNodeIdentifier mobileNodeIdentifier, long version, Optional<SubscriberEvent> event) {}

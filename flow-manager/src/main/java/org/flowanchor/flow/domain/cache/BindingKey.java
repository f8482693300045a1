package org.flowanchor.flow.domain.cache;

import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Names one binding of an anchor. */
public record BindingKey(MobileNodeIdentifier mobileNode, BindingIdentifier bindingIdentifier) {}

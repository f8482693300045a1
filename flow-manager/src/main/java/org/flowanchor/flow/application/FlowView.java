package org.flowanchor.flow.application;

import java.util.Optional;
import org.flowanchor.flow.domain.Access;
import org.flowanchor.flow.domain.cache.Flow;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** A flow as an operator sees it, at one moment. */
public record FlowView(
        LmaAddress anchor,
        Flow flow,
        Optional<MobileNodeIdentifier> mobileNode,
        Optional<Access> access,
        long bitsPerSecond,
        long demandBitsPerSecond) {}

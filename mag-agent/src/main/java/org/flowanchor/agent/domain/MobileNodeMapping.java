package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.Optional;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * Whose an interface is, as the anchor says (RFC 5213 section 6.6).
 *
 * @param mobileNode empty: nobody's
 * @param validity for how long this may be used without asking again
 */
public record MobileNodeMapping(
        LinkLayerIdentifier linkLayerIdentifier, Optional<MobileNodeIdentifier> mobileNode, Duration validity) {}

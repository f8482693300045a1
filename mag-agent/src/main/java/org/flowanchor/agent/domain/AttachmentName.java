package org.flowanchor.agent.domain;

import org.flowanchor.mobility.LinkLayerIdentifier;

/** An interface of a terminal on an access link: what tells attachments of a gateway apart. */
public record AttachmentName(String accessLink, LinkLayerIdentifier linkLayerIdentifier) {}

package org.flowanchor.agent.domain;

import org.flowanchor.mobility.HomeNetworkPrefix;

/** Key of the last class lookup: a class, for one home network prefix. */
public record ClassAccess(ClassName name, HomeNetworkPrefix prefix) {}

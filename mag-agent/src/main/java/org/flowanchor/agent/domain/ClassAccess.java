package org.flowanchor.agent.domain;

import org.flowanchor.mobility.HomeNetworkPrefix;

/** Key of the last class lookup: a class, for one home network prefix. */
public record ClassAccess(ClassName name, HomeNetworkPrefix prefix) {
    /** Names and prefixes count up, and there are as many of these as both have values: added plainly, very many would share a hash. */
    @Override
    public int hashCode() {
        return name.hashCode() * 0x9e3779b1 + prefix.hashCode();
    }
}

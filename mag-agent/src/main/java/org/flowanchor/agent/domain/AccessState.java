package org.flowanchor.agent.domain;

import java.util.Set;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Desired state of an access gateway's kernel.
 *
 * @param accessLinks interface names; each carries the gateway's fixed link-local address (RFC 6543) and admits only bound prefixes
 */
public record AccessState(
        ProxyCareOfAddress proxyCareOfAddress,
        LmaAddress lmaAddress,
        Set<String> accessLinks,
        Set<AttachedTerminal> terminals) {
    public AccessState {
        accessLinks = Set.copyOf(accessLinks);
        terminals = Set.copyOf(terminals);
    }
}

package org.flowanchor.agent.domain;

/** What a Proxy Binding Update is for (RFC 5213 section 6.9.1). */
public enum Procedure {
    REGISTRATION,
    EXTENSION,
    DEREGISTRATION
}

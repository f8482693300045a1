package org.flowanchor.agent.domain;

/** Names one traffic class: a rule of a policy, seen by one policy group. */
public record ClassName(String group, String policy, String rule) {}

package org.flowanchor.policy.domain;

/**
 * Name of an offload policy, unique in the domain; also its key on the topic and its path segment.
 *
 * @param text a DNS label of 1 to 63 lower case letters, digits and hyphens
 */
public record PolicyName(String text) implements Comparable<PolicyName> {
    public PolicyName {
        Label.require(text);
    }

    @Override
    public int compareTo(PolicyName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}

package org.flowanchor.policy.domain;

/**
 * Group of mobile nodes that policies apply to, from the subscriber profile.
 *
 * @param text a DNS label of 1 to 63 lower case letters, digits and hyphens
 */
public record PolicyGroup(String text) implements Comparable<PolicyGroup> {
    public PolicyGroup {
        Label.require(text);
    }

    @Override
    public int compareTo(PolicyGroup other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}

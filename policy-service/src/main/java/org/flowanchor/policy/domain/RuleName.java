package org.flowanchor.policy.domain;

/**
 * Name of a rule, unique within its policy.
 *
 * @param text a DNS label of 1 to 63 lower case letters, digits and hyphens
 */
public record RuleName(String text) implements Comparable<RuleName> {
    public RuleName {
        Label.require(text);
    }

    @Override
    public int compareTo(RuleName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}

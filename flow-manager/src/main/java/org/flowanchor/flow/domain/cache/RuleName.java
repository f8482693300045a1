package org.flowanchor.flow.domain.cache;

/** The class a flow's packets met at the anchor. */
public record RuleName(String policy, String rule) {
    @Override
    public String toString() {
        return policy + "/" + rule;
    }
}

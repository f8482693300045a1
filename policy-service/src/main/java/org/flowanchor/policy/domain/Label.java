package org.flowanchor.policy.domain;

import java.util.regex.Pattern;

/** The one syntax of all names in a policy: a DNS label (RFC 1123 section 2.1), lower case, so that a name is also a path segment. */
final class Label {
    static final int MAX_LENGTH = 63;
    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    private Label() {}

    static String require(String text) {
        if (text.length() > MAX_LENGTH || !SYNTAX.matcher(text).matches()) {
            throw new IllegalArgumentException("must be 1 to " + MAX_LENGTH
                    + " lower case letters, digits or hyphens, beginning and ending with a letter or digit");
        }
        return text;
    }
}

package org.flowanchor.mobility.header;

/** The octets cannot be read on; caught by the decoder. Without stack trace: a flood of bad packets must stay cheap. */
final class MalformedHeaderException extends Exception {
    private static final long serialVersionUID = 1;

    private final int offset;
    private final String clause;

    MalformedHeaderException(int offset, String clause, String reason) {
        super(reason, null, false, false);
        this.offset = offset;
        this.clause = clause;
    }

    int offset() {
        return offset;
    }

    String clause() {
        return clause;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}

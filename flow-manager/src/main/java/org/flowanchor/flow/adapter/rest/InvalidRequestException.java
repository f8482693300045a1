package org.flowanchor.flow.adapter.rest;

/** A request that says something impossible, and where. */
final class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    /** @param path of the field ({@code $.to.accessTechnologyType}) or name of the query parameter */
    InvalidRequestException(String path, String message) {
        super(message);
        this.path = path;
    }

    String path() {
        return path;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}

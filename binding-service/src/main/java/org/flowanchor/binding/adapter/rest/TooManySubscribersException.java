package org.flowanchor.binding.adapter.rest;

/** Each subscriber of events costs a thread and queries. */
final class TooManySubscribersException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManySubscribersException() {
        super("there are " + EventStreams.SUBSCRIBERS_MAX + " subscribers of events here already");
    }
}

package org.flowanchor.binding.adapter.rest;

import java.util.List;

/** The request is not one: what is wrong, and where. */
final class InvalidRequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<Fault> faults;

    /** @param path name of the parameter */
    record Fault(String path, String message) {}

    InvalidRequestException(List<Fault> faults) {
        super("the request has " + faults.size() + " error" + (faults.size() == 1 ? "" : "s"));
        this.faults = List.copyOf(faults);
    }

    List<Fault> faults() {
        return faults;
    }
}

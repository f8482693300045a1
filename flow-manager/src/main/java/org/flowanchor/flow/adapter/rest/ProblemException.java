package org.flowanchor.flow.adapter.rest;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** An answer that is a problem (RFC 9457). */
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String TYPE = "urn:flowanchor:problem:";

    private final transient ProblemDetail problem;

    ProblemException(HttpStatus status, String name, String title, String detail) {
        super(detail);
        this.problem = problem(status, name, title, detail);
    }

    ProblemDetail problem() {
        return problem;
    }

    static ProblemDetail problem(HttpStatus status, String name, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create(TYPE + name));
        problem.setTitle(title);
        return problem;
    }
}

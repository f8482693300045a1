package org.flowanchor.policy.adapter.rest;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.policy.application.IdempotencyKey;
import org.flowanchor.policy.domain.DocumentError;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/** A refusal on its way to the caller, as RFC 9457 wants it. Not an accident: no stack trace. */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final String TYPE = "urn:flowanchor:problem:";

    private final transient ProblemDetail detail;
    private final transient HttpHeaders headers = new HttpHeaders();

    private Problem(ProblemDetail detail) {
        super(detail.getDetail(), null, false, false);
        this.detail = detail;
    }

    ProblemDetail detail() {
        return detail;
    }

    HttpHeaders headers() {
        return headers;
    }

    /** @param name last part of the type; the contract with callers */
    static Problem of(HttpStatus status, String name, String title, String detail) {
        return new Problem(detail(status.value(), name, title, detail));
    }

    static ProblemDetail detail(int status, String name, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatus(status);
        problem.setType(URI.create(TYPE + name));
        problem.setTitle(title);
        problem.setDetail(detail);
        return problem;
    }

    private Problem with(String property, Object value) {
        detail.setProperty(property, value);
        return this;
    }

    private Problem withHeader(String name, String value) {
        headers.set(name, value);
        return this;
    }

    static Problem invalidRequest(String detail) {
        return of(HttpStatus.BAD_REQUEST, "invalid-request", "Invalid request", detail);
    }

    /** @param line from 1 */
    static Problem malformedJson(String detail, int line, int column) {
        return of(
                        HttpStatus.BAD_REQUEST,
                        "malformed-json",
                        "Malformed JSON",
                        "line " + line + ", column " + column + ": " + detail)
                .with("line", line)
                .with("column", column);
    }

    static Problem invalidPolicy(List<DocumentError> errors) {
        return invalid("policy", errors);
    }

    static Problem invalidSubscriber(List<DocumentError> errors) {
        return invalid("subscriber", errors);
    }

    private static Problem invalid(String resource, List<DocumentError> errors) {
        return of(
                        HttpStatus.BAD_REQUEST,
                        "invalid-" + resource,
                        "Invalid " + resource,
                        errors.size() == 1 ? "1 error" : errors.size() + " errors")
                .with("errors", errors(errors));
    }

    /** As callers see them. */
    static List<Map<String, String>> errors(List<DocumentError> errors) {
        return errors.stream()
                .map(error -> Map.of("path", error.path(), "message", error.message()))
                .toList();
    }

    static Problem tooLarge(int limit) {
        return of(
                HttpStatus.CONTENT_TOO_LARGE,
                "content-too-large",
                "Content too large",
                "a document has at most " + limit + " octets");
    }

    static Problem policyNotFound(String name) {
        return of(HttpStatus.NOT_FOUND, "policy-not-found", "No such policy", "there is no policy " + name);
    }

    static Problem subscriberNotFound(String mobileNode) {
        return of(
                HttpStatus.NOT_FOUND,
                "subscriber-not-found",
                "No such subscriber",
                "there is no profile of mobile node " + mobileNode);
    }

    static Problem conflict(String name, String title, DocumentError error) {
        return of(HttpStatus.CONFLICT, name, title, error.message()).with("errors", errors(List.of(error)));
    }

    /** @param what the resource with its name */
    static Problem preconditionFailed(String what, Optional<Long> revision) {
        return of(
                HttpStatus.PRECONDITION_FAILED,
                "precondition-failed",
                "Precondition failed",
                revision.map(present -> what + " stands at ETag " + EntityTag.of(present))
                        .orElse("there is no " + what));
    }

    static Problem keyReused(String resource, IdempotencyKey key) {
        return of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "idempotency-key-reused",
                "Idempotency key reused",
                "another " + resource + " was created under Idempotency-Key " + key.text());
    }

    static Problem ownerUnavailable(String owner, String detail) {
        return of(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "owner-unavailable",
                        "Service unavailable",
                        owner + " does not answer: " + detail)
                .with("owner", owner)
                .withHeader(HttpHeaders.RETRY_AFTER, "1");
    }
}

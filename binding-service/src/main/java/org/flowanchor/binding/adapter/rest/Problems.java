package org.flowanchor.binding.adapter.rest;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.flowanchor.binding.application.AnchorNotServedException;
import org.flowanchor.binding.application.IdempotencyKeyReusedException;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.application.StoreUnavailableException;
import org.flowanchor.binding.application.UnknownGatewayException;
import org.flowanchor.binding.application.UnknownMobileNodeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every error as a problem detail with a stable type. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ProblemDetail invalid(InvalidRequestException e) {
        ProblemDetail problem =
                problem(HttpStatus.BAD_REQUEST, "invalid-request", "Invalid request", String.valueOf(e.getMessage()));
        problem.setProperty("errors", e.faults());
        return problem;
    }

    /** Tomcat cannot read the parameters. */
    @ExceptionHandler
    ProblemDetail unreadable(InvalidParameterException e) {
        return e.getErrorCode() == HttpStatus.CONTENT_TOO_LARGE.value()
                ? problem(
                        HttpStatus.CONTENT_TOO_LARGE,
                        "content-too-large",
                        "Content too large",
                        "parameters belong into the query")
                : invalid(new InvalidRequestException(
                        List.of(new InvalidRequestException.Fault("query", "must be UTF-8, percent-encoded"))));
    }

    @ExceptionHandler
    ProblemDetail unknown(UnknownMobileNodeException e) {
        return problem(
                HttpStatus.NOT_FOUND, "unknown-mobile-node", "Unknown mobile node", String.valueOf(e.getMessage()));
    }

    @ExceptionHandler
    ProblemDetail unknown(UnknownGatewayException e) {
        return problem(HttpStatus.NOT_FOUND, "unknown-gateway", "Unknown gateway", String.valueOf(e.getMessage()));
    }

    @ExceptionHandler
    ProblemDetail reused(IdempotencyKeyReusedException e) {
        return problem(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "idempotency-key-reused",
                "Idempotency key reused",
                String.valueOf(e.getMessage()));
    }

    @ExceptionHandler
    ProblemDetail pending(EarlierLossPendingException e) {
        return problem(
                HttpStatus.CONFLICT, "earlier-loss-pending", "Earlier loss pending", String.valueOf(e.getMessage()));
    }

    @ExceptionHandler
    ProblemDetail notServed(AnchorNotServedException e) {
        return problem(HttpStatus.CONFLICT, "anchor-not-served", "Anchor not served", String.valueOf(e.getMessage()));
    }

    @ExceptionHandler
    ProblemDetail tooMany(TooManySubscribersException e) {
        return problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "too-many-subscribers",
                "Too many subscribers",
                String.valueOf(e.getMessage()));
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class, StoreUnavailableException.class})
    ProblemDetail unavailable(RuntimeException e) {
        LOG.warn("a query failed: {}", e.getMessage());
        return problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "store-unavailable",
                "Store unavailable",
                "the database does not answer; try again");
    }

    /** Others changed the same; nothing was done. */
    @ExceptionHandler
    ProblemDetail overtaken(StoreConflictException e) {
        LOG.warn("a request was overtaken: {}", e.getMessage());
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "overtaken", "Overtaken", "others changed the same; try again");
    }

    @ExceptionHandler
    ProblemDetail defect(RuntimeException e) {
        LOG.error("a request failed", e);
        return problem(
                HttpStatus.INTERNAL_SERVER_ERROR, "internal-error", "Internal error", "see the log of binding-service");
    }

    @Override
    protected ResponseEntity<Object> createResponseEntity(
            @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail problem && isUntyped(problem)) {
            HttpStatus known = HttpStatus.resolve(status.value());
            problem.setType(type(
                    known == null
                            ? "error"
                            : known.name().toLowerCase(Locale.ROOT).replace('_', '-')));
        }
        return super.createResponseEntity(body, headers, status, request);
    }

    private static boolean isUntyped(ProblemDetail problem) {
        URI type = problem.getType();
        return type == null || type.equals(URI.create("about:blank"));
    }

    private static ProblemDetail problem(HttpStatus status, String type, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(type(type));
        problem.setTitle(title);
        return problem;
    }

    private static URI type(String name) {
        return URI.create("urn:flowanchor:problem:" + name);
    }
}

package org.flowanchor.policy.adapter.rest;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every error leaves as a problem with a stable type. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ResponseEntity<Object> refused(Problem problem) {
        return answer(problem.detail(), problem.headers());
    }

    /** Tomcat cannot read the parameters. */
    @ExceptionHandler
    ResponseEntity<Object> unreadable(InvalidParameterException e) {
        return refused(
                e.getErrorCode() == HttpStatus.CONTENT_TOO_LARGE.value()
                        ? Problem.tooLarge(JsonDocument.MAX_OCTETS)
                        : Problem.invalidRequest("the query must be UTF-8, percent-encoded"));
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ResponseEntity<Object> storageUnavailable(Exception e) {
        LOG.warn("the database does not answer: {}", e.getMessage());
        return answer(
                Problem.detail(
                        HttpStatus.SERVICE_UNAVAILABLE.value(),
                        "store-unavailable",
                        "Store unavailable",
                        "the database does not answer; nothing was changed unless it had been acknowledged"),
                new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Object> brokenOff(BrokenAnswerException e, HttpServletResponse response) {
        if (response.isCommitted()) {
            throw e;
        }
        LOG.warn("{}", e.getMessage());
        return answer(
                Problem.detail(
                        HttpStatus.BAD_GATEWAY.value(),
                        "owner-answer-broken",
                        "Broken answer",
                        String.valueOf(e.getMessage())),
                new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Object> broken(Exception e, HttpServletResponse response) throws Exception {
        if (response.isCommitted()) {
            // The caller went away: nobody is left to be told.
            LOG.debug("an answer could not be finished", e);
            throw e;
        }
        LOG.error("request failed", e);
        return answer(
                Problem.detail(
                        HttpStatus.INTERNAL_SERVER_ERROR.value(),
                        "internal-error",
                        "Internal error",
                        "the service failed; its log tells why"),
                new HttpHeaders());
    }

    /** What Spring itself refuses (unknown path, method, media type): its words, our type. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        HttpStatus known = HttpStatus.valueOf(status.value());
        String detail = body instanceof ProblemDetail problem && problem.getDetail() != null
                ? problem.getDetail()
                : known.getReasonPhrase();
        return answer(Problem.detail(status.value(), name(known), known.getReasonPhrase(), detail), headers);
    }

    static String name(HttpStatus status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static ResponseEntity<Object> answer(ProblemDetail problem, HttpHeaders headers) {
        return ResponseEntity.status(problem.getStatus())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}

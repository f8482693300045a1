package org.flowanchor.flow.adapter.rest;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.flowanchor.flow.application.StoreUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Every error as a problem with a stable type. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
    private static final int LONGEST = 300;
    private static final String TYPE = "urn:flowanchor:problem:";

    @ExceptionHandler
    ProblemDetail problem(ProblemException exception) {
        return exception.problem();
    }

    @ExceptionHandler
    ProblemDetail invalid(InvalidRequestException exception) {
        return invalid(exception.path(), exception.text());
    }

    /** Tomcat cannot read the parameters. */
    @ExceptionHandler
    ProblemDetail unreadable(InvalidParameterException exception) {
        return exception.getErrorCode() == HttpStatus.CONTENT_TOO_LARGE.value()
                ? BodyLimit.tooLarge().problem()
                : invalid("query", "must be UTF-8, percent-encoded");
    }

    @ExceptionHandler
    ProblemDetail storeUnavailable(StoreUnavailableException exception) {
        return ProblemException.problem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "store-unavailable",
                "The database does not answer",
                "The pin cannot be stored, so nothing was changed: " + exception.getMessage());
    }

    @ExceptionHandler
    ProblemDetail broken(RuntimeException exception) {
        LOG.error("A request failed", exception);
        return ProblemException.problem(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal-error",
                "Internal error",
                "The request failed; the log says why.");
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException exception, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        ProblemDetail problem = exception.getCause() instanceof JacksonException cause
                ? invalid(path(cause), fault(cause))
                : invalid("$", "a JSON object is required");
        return new ResponseEntity<>(problem, headers, HttpStatus.BAD_REQUEST);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception exception,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        if (exception instanceof MethodArgumentTypeMismatchException mismatch) {
            return new ResponseEntity<>(
                    invalid(String.valueOf(mismatch.getName()), "cannot be \"" + mismatch.getValue() + "\""),
                    headers,
                    HttpStatus.BAD_REQUEST);
        }
        ResponseEntity<Object> answer = super.handleExceptionInternal(exception, body, headers, status, request);
        if (answer != null && answer.getBody() instanceof ProblemDetail problem && hasNoType(problem)) {
            HttpStatus known = HttpStatus.resolve(status.value());
            String name = known == null ? "http-" + status.value() : known.name();
            problem.setType(URI.create(TYPE + name.toLowerCase(Locale.ROOT).replace('_', '-')));
        }
        return answer;
    }

    private static boolean hasNoType(ProblemDetail problem) {
        return problem.getType() == null
                || "about:blank".equals(problem.getType().toString());
    }

    private static ProblemDetail invalid(String wherever, String whatever) {
        String path = cut(wherever);
        String message = cut(whatever);
        ProblemDetail problem = ProblemException.problem(
                HttpStatus.BAD_REQUEST, "invalid-request", "The request is not valid", path + ": " + message);
        problem.setProperty("errors", List.of(Map.of("path", path, "message", message)));
        return problem;
    }

    /** What a caller sent comes back to it in part. */
    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "...";
    }

    /** In the caller's words: the library's name our classes. */
    private static String fault(JacksonException exception) {
        return switch (exception) {
            case UnrecognizedPropertyException unknown ->
                "is not a known field; known are "
                        + unknown.getKnownPropertyIds().stream()
                                .map(String::valueOf)
                                .sorted()
                                .collect(Collectors.joining(", "));
            case MismatchedInputException mismatch -> "has not the type that belongs here";
            default ->
                "line " + exception.getLocation().getLineNr() + ", column "
                        + exception.getLocation().getColumnNr() + ": " + exception.getOriginalMessage();
        };
    }

    private static String path(JacksonException exception) {
        StringBuilder path = new StringBuilder("$");
        for (JacksonException.Reference reference : exception.getPath()) {
            if (reference.getPropertyName() != null) {
                path.append('.').append(reference.getPropertyName());
            } else {
                path.append('[').append(reference.getIndex()).append(']');
            }
        }
        return path.toString();
    }
}

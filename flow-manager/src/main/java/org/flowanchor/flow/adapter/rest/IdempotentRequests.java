package org.flowanchor.flow.adapter.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.flowanchor.flow.application.OperatorRequests;
import org.flowanchor.flow.application.OperatorRequests.OperatorRequest;
import org.flowanchor.flow.application.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * The header {@code Idempotency-Key} of a POST: what was done under it is not done again, and answered as it was then. What was refused
 * is not remembered, so that it can be asked for again.
 *
 * <p>The answer is stored after the deed. A process killed in between does it once more, which changes nothing where a flow stayed: moves
 * and resets name where it is to be.
 */
@Component
class IdempotentRequests extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger(IdempotentRequests.class);
    private static final String NAME = "Idempotency-Key";
    private static final Pattern SYNTAX = Pattern.compile("[!-~]{1,255}");
    private static final int TURNS = 64;

    private final OperatorRequests requests;
    private final HandlerExceptionResolver problems;
    private final ReentrantLock[] turns =
            Stream.generate(ReentrantLock::new).limit(TURNS).toArray(ReentrantLock[]::new);

    IdempotentRequests(
            OperatorRequests requests, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.requests = requests;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getHeader(NAME) == null || !"POST".equals(request.getMethod());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String key = request.getHeader(NAME);
        // Two under one key follow each other; this is the only instance.
        ReentrantLock turn = turns[Math.floorMod(key.hashCode(), TURNS)];
        turn.lock();
        try {
            once(key, request, response, chain);
        } catch (InvalidRequestException | ProblemException | StoreUnavailableException e) {
            if (problems.resolveException(request, response, null, e) == null) {
                throw e;
            }
        } finally {
            turn.unlock();
        }
    }

    private void once(String key, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!SYNTAX.matcher(key).matches()) {
            throw new InvalidRequestException(NAME, "must be 1 to 255 printable ASCII characters without spaces");
        }
        byte[] body = BodyLimit.read(request.getContentLengthLong(), request.getInputStream());
        String asked = asked(request, body);
        Optional<OperatorRequest> done = requests.find(key);
        if (done.isPresent()) {
            repeat(key, asked, done.get(), response);
            return;
        }
        ContentCachingResponseWrapper answer = new ContentCachingResponseWrapper(response);
        chain.doFilter(new WithBody(request, body), answer);
        if (HttpStatus.valueOf(answer.getStatus()).is2xxSuccessful()) {
            remember(
                    key,
                    new OperatorRequest(
                            asked,
                            answer.getStatus(),
                            new String(answer.getContentAsByteArray(), StandardCharsets.UTF_8)));
        }
        answer.copyBodyToResponse();
    }

    private static void repeat(String key, String asked, OperatorRequest done, HttpServletResponse response)
            throws IOException {
        if (!done.request().equals(asked)) {
            throw new ProblemException(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "idempotency-key-reused",
                    "Idempotency key reused",
                    "another request was made under " + NAME + " " + key);
        }
        byte[] octets = done.answer().getBytes(StandardCharsets.UTF_8);
        response.setStatus(done.status());
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        response.setContentLength(octets.length);
        response.getOutputStream().write(octets);
    }

    private void remember(String key, OperatorRequest done) {
        try {
            requests.remember(key, done);
        } catch (StoreUnavailableException e) {
            LOG.warn("{} was done and cannot be remembered under its key", done.request(), e);
        }
    }

    private static String asked(HttpServletRequest request, byte[] body) {
        try {
            return request.getMethod() + " " + request.getRequestURI()
                    + (request.getQueryString() == null ? "" : "?" + request.getQueryString())
                    + " "
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A request whose body was read. */
    private static final class WithBody extends HttpServletRequestWrapper {
        private final byte[] body;

        WithBody(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            ByteArrayInputStream octets = new ByteArrayInputStream(body);
            return new ServletInputStream() {
                @Override
                public boolean isFinished() {
                    return octets.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new IllegalStateException("the request is not asynchronous");
                }

                @Override
                public int read() {
                    return octets.read();
                }

                @Override
                public int read(byte[] into, int offset, int length) {
                    return octets.read(into, offset, length);
                }
            };
        }
    }
}

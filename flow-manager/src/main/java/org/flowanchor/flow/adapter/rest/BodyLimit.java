package org.flowanchor.flow.adapter.rest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/** A body is read up to 64 KiB: one that says it is longer is not read at all, one that turns out to be no further. */
@RestControllerAdvice
class BodyLimit extends RequestBodyAdviceAdapter {
    private static final int MAX_OCTETS = 64 * 1024;

    private record Body(HttpHeaders headers, byte[] octets) implements HttpInputMessage {
        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public InputStream getBody() {
            return new ByteArrayInputStream(octets);
        }
    }

    @Override
    public boolean supports(
            MethodParameter parameter, Type target, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public HttpInputMessage beforeBodyRead(
            HttpInputMessage message,
            MethodParameter parameter,
            Type target,
            Class<? extends HttpMessageConverter<?>> converter)
            throws IOException {
        return new Body(message.getHeaders(), read(message.getHeaders().getContentLength(), message.getBody()));
    }

    /**
     * All of a body.
     *
     * @param length that it says it has, in octets; negative when it says nothing
     * @throws ProblemException 413
     */
    static byte[] read(long length, InputStream body) throws IOException {
        if (length > MAX_OCTETS) {
            throw tooLarge();
        }
        byte[] octets = body.readNBytes(MAX_OCTETS + 1);
        if (octets.length > MAX_OCTETS) {
            throw tooLarge();
        }
        return octets;
    }

    static ProblemException tooLarge() {
        return new ProblemException(
                HttpStatus.CONTENT_TOO_LARGE,
                "content-too-large",
                "Content too large",
                "a body has at most " + MAX_OCTETS + " octets");
    }
}

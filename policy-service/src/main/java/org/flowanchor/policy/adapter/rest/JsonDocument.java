package org.flowanchor.policy.adapter.rest;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads a body into the plain tree that the domain validates; a key given twice or anything after the document is malformed. */
final class JsonDocument {
    static final int MAX_OCTETS = 256 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonDocument() {}

    /** @throws Problem when there is no tree in it */
    static @Nullable Object read(InputStream body) throws IOException {
        byte[] octets = body.readNBytes(MAX_OCTETS + 1);
        if (octets.length > MAX_OCTETS) {
            throw Problem.tooLarge(MAX_OCTETS);
        }
        return read(octets);
    }

    /** @throws Problem when there is no tree in it */
    static @Nullable Object read(byte[] octets) {
        try {
            return JSON.readValue(octets, Object.class);
        } catch (JacksonException e) {
            TokenStreamLocation location = e.getLocation();
            int line = location == null ? 1 : Math.max(1, location.getLineNr());
            int column = location == null ? 1 : Math.max(1, location.getColumnNr());
            throw Problem.malformedJson(e.getOriginalMessage(), line, column);
        }
    }
}

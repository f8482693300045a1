package org.flowanchor.policy.adapter.rest;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flowanchor.policy.domain.Precondition;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Strong entity tags (RFC 9110 section 8.8.3): the revision, which no resource ever has twice. */
final class EntityTag {
    private static final Pattern LIST = Pattern.compile(
            "\\s*(?:W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"\\s*(?:,\\s*(?:W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\"\\s*)*");
    /** Weak tags never match (section 13.1.1), nor do tags that are none of ours. */
    private static final Pattern OURS = Pattern.compile("(W/)?\"([1-9]\\d{0,17})\"");

    private EntityTag() {}

    static String of(long revision) {
        return "\"" + revision + "\"";
    }

    /** @throws Problem 428 when there is none, 400 when it cannot be read */
    static Precondition ofChange(@Nullable String ifMatch) {
        return readIfMatch(ifMatch).orElseThrow(() -> required("send If-Match with the ETag of what is to be changed"));
    }

    /** @throws Problem 428 when there is none, 400 when it cannot be read */
    static Precondition ofReplacement(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        Optional<Precondition> present = readIfMatch(ifMatch);
        if (ifNoneMatch == null) {
            return present.orElseThrow(() -> required(
                    "send If-Match with the ETag of what is to be replaced, or If-None-Match: * to create it"));
        }
        if (present.isPresent()) {
            throw Problem.invalidRequest("If-Match and If-None-Match exclude each other");
        }
        if (!ifNoneMatch.strip().equals("*")) {
            throw Problem.invalidRequest("If-None-Match of a PUT can only be *");
        }
        return new Precondition.Absent();
    }

    private static Optional<Precondition> readIfMatch(@Nullable String ifMatch) {
        if (ifMatch == null) {
            return Optional.empty();
        }
        if (ifMatch.strip().equals("*")) {
            return Optional.of(new Precondition.Present());
        }
        if (!LIST.matcher(ifMatch).matches()) {
            throw Problem.invalidRequest("If-Match must be * or entity tags in double quotes");
        }
        Set<Long> revisions = new HashSet<>();
        Matcher tags = OURS.matcher(ifMatch);
        while (tags.find()) {
            if (tags.group(1) == null) {
                revisions.add(Long.parseLong(tags.group(2)));
            }
        }
        return Optional.of(new Precondition.AtRevision(revisions));
    }

    private static Problem required(String detail) {
        return Problem.of(HttpStatus.PRECONDITION_REQUIRED, "precondition-required", "Precondition required", detail);
    }
}

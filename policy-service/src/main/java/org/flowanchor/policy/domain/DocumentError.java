package org.flowanchor.policy.domain;

/**
 * One fault of a document.
 *
 * @param path where, as a JSON path: {@code $.rules[1].selectors[0].dscp}
 * @param message what is wrong, a sentence without its subject: "must be a string"
 */
public record DocumentError(String path, String message) {}

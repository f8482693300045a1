package org.flowanchor.authority;

import java.nio.file.Path;

/**
 * What its holder needs; all PEM.
 *
 * @param authorities certificate of the authority
 */
public record IssuedFiles(Path certificate, Path privateKey, Path authorities) {}

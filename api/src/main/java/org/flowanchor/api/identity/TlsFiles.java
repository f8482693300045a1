package org.flowanchor.api.identity;

import java.nio.file.Path;

/**
 * Where a process finds its own proof and whom it believes; all PEM, read again while it runs.
 *
 * @param certificate its certificate, then those of intermediate authorities
 * @param privateKey PKCS #8, not encrypted, RSA or EC
 * @param authorities certificates of the authorities that may vouch for peers
 */
public record TlsFiles(Path certificate, Path privateKey, Path authorities) {}

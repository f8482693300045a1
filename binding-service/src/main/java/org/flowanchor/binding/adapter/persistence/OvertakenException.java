package org.flowanchor.binding.adapter.persistence;

import org.flowanchor.binding.application.StoreConflictException;

/** The anchor is not in the state that was decided on. Nothing is wrong with what this replica believes to be free. */
final class OvertakenException extends StoreConflictException {
    private static final long serialVersionUID = 1L;

    OvertakenException(String message) {
        super(message);
    }
}

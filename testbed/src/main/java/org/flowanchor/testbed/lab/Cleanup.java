package org.flowanchor.testbed.lab;

import java.util.List;

/** Who removes what the lab makes, also after this process was killed. */
@FunctionalInterface
public interface Cleanup {
    /**
     * Registers a command that removes a thing; called before the thing is made, so the command may find nothing to remove.
     *
     * @param command program and arguments
     */
    void register(List<String> command);
}

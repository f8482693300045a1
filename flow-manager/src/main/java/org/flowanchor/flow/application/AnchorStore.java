package org.flowanchor.flow.application;

import java.util.List;
import java.util.Optional;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Pin;
import org.flowanchor.mobility.LmaAddress;

/** Port to what must survive: ownership epochs and operators' pins. Calls block; never from a loop. */
public interface AnchorStore {
    /** What a new owner starts with. */
    record TakeOver(long epoch, List<Pin> pins) {}

    /**
     * Makes the caller the owner: every older epoch is refused by the anchor's agent from its next command on.
     *
     * @param seen highest epoch the agent has seen; the new one is above it, also when the database was lost
     * @throws StoreUnavailableException take-over is refused; try again later
     */
    TakeOver takeOver(LmaAddress anchor, long seen);

    /** @throws StoreUnavailableException nothing was changed */
    Optional<Pin> pin(LmaAddress anchor, FlowId flow);

    /**
     * All of an anchor.
     *
     * @throws StoreUnavailableException nothing was changed
     */
    List<Pin> pins(LmaAddress anchor);

    /**
     * Adds or replaces a pin.
     *
     * @throws StoreUnavailableException nothing was changed
     */
    void put(Pin pin);

    /**
     * Deleting what is not there is success.
     *
     * @throws StoreUnavailableException nothing was changed
     */
    void remove(LmaAddress anchor, FlowId flow);
}

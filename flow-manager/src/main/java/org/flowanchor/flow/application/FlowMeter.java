package org.flowanchor.flow.application;

import java.time.Duration;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.placement.PreparationFailure;
import org.flowanchor.flow.domain.placement.SuppressionReason;

/** Port to metrics. */
public interface FlowMeter {
    void moved(MoveCause cause, Duration requestToEnforcement);

    void suppressed(SuppressionReason reason);

    void undone();

    /** A gateway that did not anchor a flow's prefix carried it in time. */
    void prepared(Duration requestToPrepared);

    void unprepared(PreparationFailure failure);

    void commandSent(boolean fullState);

    void commandRefused();
}

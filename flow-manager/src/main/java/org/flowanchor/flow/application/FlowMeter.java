package org.flowanchor.flow.application;

import java.time.Duration;
import org.flowanchor.flow.domain.MoveCause;
import org.flowanchor.flow.domain.placement.SuppressionReason;

/** Port to metrics. */
public interface FlowMeter {
    void moved(MoveCause cause, Duration requestToEnforcement);

    void suppressed(SuppressionReason reason);

    void undone();

    void commandSent(boolean fullState);

    void commandRefused();
}

package org.flowanchor.flow.boot;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import org.flowanchor.flow.application.FlowSettings;
import org.flowanchor.flow.domain.load.LoadLimits;
import org.flowanchor.flow.domain.placement.PlacementLimits;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How flows are placed.
 *
 * @param packetLossRatioThreshold for rules that name none
 * @param congestionOnset how long above the threshold makes a link congested
 * @param congestionClear how long below half of it makes it normal again
 * @param settleTime between two moves off the same access
 * @param returnAfter how long the preferred access is normal before a flow comes back
 * @param holdTime between two automatic moves of the same flow
 * @param moveBudget automatic moves of one anchor within a hold time
 * @param flowIdleTimeout a flow that sent nothing for this long is forgotten
 * @param linkStaleAfter a link not sampled for this long decides nothing
 * @param decisionInterval between two runs of placement when nothing happens
 * @param prepareTimeout how long a move waits for a gateway that does not carry the flow's prefix yet
 * @param moveTimeout how long an operator's move waits for the agent
 * @param acknowledgementTimeout a command not answered for this long is followed by the full state
 */
@Validated
@ConfigurationProperties("flowanchor.flow")
record FlowProperties(
        @DefaultValue("0.05") @DecimalMin(value = "0", inclusive = false) @DecimalMax(value = "1", inclusive = false)
        double packetLossRatioThreshold,

        @DefaultValue("2s") @DurationMin(millis = 0) Duration congestionOnset,
        @DefaultValue("5s") @DurationMin(millis = 0) Duration congestionClear,
        @DefaultValue("3s") @DurationMin(millis = 0) Duration settleTime,
        @DefaultValue("15s") @DurationMin(millis = 0) Duration returnAfter,
        @DefaultValue("30s") @DurationMin(millis = 0) Duration holdTime,
        @DefaultValue("1000") @PositiveOrZero int moveBudget,
        @DefaultValue("30s") @DurationMin(seconds = 1) Duration flowIdleTimeout,
        @DefaultValue("5s") @DurationMin(seconds = 1) Duration linkStaleAfter,
        @DefaultValue("500ms") @DurationMin(millis = 10) Duration decisionInterval,
        @DefaultValue("5s") @DurationMin(millis = 100) Duration prepareTimeout,
        @DefaultValue("2s") @DurationMin(millis = 100) Duration moveTimeout,
        @DefaultValue("5s") @DurationMin(millis = 100) Duration acknowledgementTimeout) {
    FlowSettings settings() {
        return new FlowSettings(
                new PlacementLimits(
                        packetLossRatioThreshold, settleTime, returnAfter, holdTime, moveBudget, prepareTimeout),
                new LoadLimits(congestionOnset, congestionClear, linkStaleAfter),
                flowIdleTimeout,
                decisionInterval,
                moveTimeout,
                acknowledgementTimeout);
    }
}

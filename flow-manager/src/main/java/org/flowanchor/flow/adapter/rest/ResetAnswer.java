package org.flowanchor.flow.adapter.rest;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.flowanchor.flow.application.MoveOutcome;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Move;
import org.jspecify.annotations.Nullable;

/**
 * What became of the flows of a mobile node that were pinned or diverted.
 *
 * @param items by flow
 */
record ResetAnswer(String mobileNode, List<Item> items) {
    /**
     * One flow.
     *
     * @param done it follows policy
     * @param moved false: its class takes it where it was
     * @param why it is not done; null when it is
     */
    record Item(
            String flow,
            boolean done,
            boolean moved,
            @Nullable AccessBody from,
            @Nullable AccessBody to,
            @Nullable String why) {
        static Item of(Map.Entry<FlowId, MoveOutcome> one) {
            String flow = one.getKey().toString();
            return switch (one.getValue()) {
                case MoveOutcome.Enforced(FlowId id, Move move) ->
                    new Item(flow, true, true, AccessBody.of(move.from()), AccessBody.of(move.to()), null);
                case MoveOutcome.AlreadyThere there -> new Item(flow, true, false, null, null, null);
                case MoveOutcome.Refused refused -> undone(flow, "it ended, or is being moved");
                case MoveOutcome.AgentAbsent absent -> undone(flow, absent.why());
                case MoveOutcome.NotAcknowledged late -> undone(flow, "the anchor's agent did not acknowledge in time");
                case MoveOutcome.NotPrepared unprepared -> undone(flow, unprepared.why());
                case MoveOutcome.RejectedByAgent rejected ->
                    undone(flow, "the anchor's agent refused: " + rejected.error());
            };
        }

        private static Item undone(String flow, String why) {
            return new Item(flow, false, false, null, null, why);
        }
    }

    static ResetAnswer of(String mobileNode, SortedMap<FlowId, MoveOutcome> outcomes) {
        return new ResetAnswer(
                mobileNode, outcomes.entrySet().stream().map(Item::of).toList());
    }
}

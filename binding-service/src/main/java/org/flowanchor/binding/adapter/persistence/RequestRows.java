package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.binding.application.GatewayRequest;
import org.flowanchor.binding.application.IdempotencyKeyReusedException;
import org.flowanchor.binding.application.OperatorRequests.OperatorRequest;
import org.flowanchor.binding.application.RepeatableRequest;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.RevocationStatus;

/** Rows of operator_request and revocation_by_gateway, of one anchor. Few in any transaction: most have none. */
final class RequestRows {
    private final Connection connection;
    private final int anchor;

    private record Answered(GatewayRequest request, BindingRevocationAcknowledgement answer) {}

    RequestRows(Connection connection, int anchor) {
        this.connection = connection;
        this.anchor = anchor;
    }

    /** Answers of those that were carried out; none of those whose key another request has. */
    Map<RepeatableRequest<?>, Optional<Object>> answers(Collection<RepeatableRequest<?>> requests) throws SQLException {
        Map<RepeatableRequest<?>, Optional<Object>> answers = new HashMap<>();
        List<GatewayRequest> ofGateways = new ArrayList<>();
        for (RepeatableRequest<?> request : requests) {
            switch (request) {
                case OperatorRequest operator -> read(operator, answers);
                case GatewayRequest gateway -> ofGateways.add(gateway);
            }
        }
        if (!ofGateways.isEmpty()) {
            read(ofGateways, answers);
        }
        return answers;
    }

    private void read(OperatorRequest request, Map<RepeatableRequest<?>, Optional<Object>> answers)
            throws SQLException {
        try {
            JdbcOperatorRequests.answered(connection, request, anchor)
                    .ifPresent(answer -> answers.put(request, Optional.of(answer)));
        } catch (IdempotencyKeyReusedException taken) {
            answers.put(request, Optional.empty());
        }
    }

    private void read(List<GatewayRequest> requests, Map<RepeatableRequest<?>, Optional<Object>> answers)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                SELECT a.request, r.status, r.failed_prefixes
                FROM unnest(?::text[], ?::int4[], ?::int4[], ?::text[], ?::bytea[]) WITH ORDINALITY
                    AS a (gateway, sequence_number, revocation_trigger, identifier, prefixes, request), LATERAL (
                    SELECT status, failed_prefixes FROM revocation_by_gateway
                    WHERE anchor = ? AND proxy_care_of_address = a.gateway::inet
                      AND sequence_number = a.sequence_number AND revocation_trigger = a.revocation_trigger
                      AND identifier = a.identifier AND home_network_prefixes = a.prefixes
                      AND answered_at > now() - make_interval(secs => ?)
                    OFFSET 0) r""")) {
            int next = name(select, 1, requests);
            select.setInt(next++, anchor);
            select.setDouble(next, GatewayRequest.REMEMBERED.toSeconds());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    GatewayRequest request = requests.get(rows.getInt(1) - 1);
                    List<HomeNetworkPrefix> failed = BindingRows.prefixes(rows.getBytes(3));
                    answers.put(
                            request,
                            Optional.of(new BindingRevocationAcknowledgement(
                                    request.revocation().sequenceNumber(),
                                    new RevocationStatus(rows.getInt(2)),
                                    request.revocation().global(),
                                    failed.isEmpty()
                                            ? Optional.empty()
                                            : request.revocation().identifier(),
                                    failed)));
                }
            }
        }
    }

    private int name(PreparedStatement statement, int first, List<GatewayRequest> requests) throws SQLException {
        return new Columns<>(connection, statement, first, requests)
                .text(request -> request.gateway().toString())
                .integer(request -> request.revocation().sequenceNumber())
                .integer(request -> request.revocation().trigger().value())
                .text(request -> request.revocation()
                        .identifier()
                        .map(MobileNodeIdentifier::value)
                        .orElseThrow())
                .bytea(request -> BindingRows.prefixes(request.revocation().homeNetworkPrefixes()))
                .next();
    }

    /**
     * What is remembered long enough goes.
     *
     * @throws OvertakenException somebody was faster under one of the keys: what is there now is found by who decides anew
     */
    void write(Map<RepeatableRequest<?>, Object> answers) throws SQLException {
        // Of two with the same number the last is the one that may be repeated.
        Map<List<Object>, Answered> ofGateways = new LinkedHashMap<>();
        for (Map.Entry<RepeatableRequest<?>, Object> one : answers.entrySet()) {
            switch (one.getKey()) {
                case OperatorRequest operator -> {
                    if (!JdbcOperatorRequests.remember(
                            connection, operator, anchor, operator.answerType().cast(one.getValue()))) {
                        throw new OvertakenException("answered meanwhile: " + operator.what());
                    }
                }
                case GatewayRequest gateway ->
                    ofGateways.put(
                            List.of(gateway.gateway(), gateway.revocation().sequenceNumber()),
                            new Answered(gateway, gateway.answerType().cast(one.getValue())));
            }
        }
        if (!ofGateways.isEmpty()) {
            forget();
            write(List.copyOf(ofGateways.values()));
        }
    }

    private void forget() throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("""
                DELETE FROM revocation_by_gateway WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM revocation_by_gateway WHERE answered_at < now() - make_interval(secs => ?)
                    FOR UPDATE SKIP LOCKED))""")) {
            delete.setDouble(1, GatewayRequest.REMEMBERED.toSeconds());
            delete.executeUpdate();
        }
    }

    private void write(List<Answered> answers) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO revocation_by_gateway (
                    proxy_care_of_address, sequence_number, revocation_trigger, identifier, home_network_prefixes,
                    status, failed_prefixes, anchor)
                SELECT gateway::inet, sequence_number, revocation_trigger, identifier, prefixes, status, failed, ?
                FROM unnest(?::text[], ?::int4[], ?::int4[], ?::text[], ?::bytea[], ?::int4[], ?::bytea[])
                    AS a (gateway, sequence_number, revocation_trigger, identifier, prefixes, status, failed)
                ON CONFLICT (anchor, proxy_care_of_address, sequence_number) DO UPDATE SET
                    revocation_trigger = EXCLUDED.revocation_trigger,
                    identifier = EXCLUDED.identifier,
                    home_network_prefixes = EXCLUDED.home_network_prefixes,
                    status = EXCLUDED.status,
                    failed_prefixes = EXCLUDED.failed_prefixes,
                    answered_at = EXCLUDED.answered_at""")) {
            insert.setInt(1, anchor);
            int next = name(insert, 2, answers.stream().map(Answered::request).toList());
            new Columns<>(connection, insert, next, answers)
                    .integer(one -> one.answer().status().value())
                    .bytea(one -> BindingRows.prefixes(one.answer().homeNetworkPrefixes()));
            insert.executeUpdate();
        }
    }
}

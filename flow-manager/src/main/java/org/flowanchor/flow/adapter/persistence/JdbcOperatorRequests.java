package org.flowanchor.flow.adapter.persistence;

import static org.flowanchor.flow.adapter.persistence.Schema.reaching;

import java.util.Optional;
import org.flowanchor.flow.application.OperatorRequests;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Table operator_request. */
public final class JdbcOperatorRequests implements OperatorRequests {
    private final JdbcClient jdbc;
    private final Schema schema;

    public JdbcOperatorRequests(JdbcClient jdbc, Schema schema) {
        this.jdbc = jdbc;
        this.schema = schema;
    }

    @Override
    public Optional<OperatorRequest> find(String key) {
        schema.migrate();
        return reaching(
                () -> jdbc.sql("select request, status, answer from operator_request where idempotency_key = :key")
                        .param("key", key)
                        .query((row, number) -> new OperatorRequest(row.getString(1), row.getInt(2), row.getString(3)))
                        .optional());
    }

    @Override
    public void remember(String key, OperatorRequest done) {
        schema.migrate();
        reaching(() -> jdbc.sql("delete from operator_request where written_at < now() - interval '24 hours'")
                .update());
        reaching(() -> jdbc.sql("""
                        insert into operator_request (idempotency_key, request, status, answer, written_at)
                        values (:key, :request, :status, :answer, now()) on conflict do nothing
                        """)
                .param("key", key)
                .param("request", done.request())
                .param("status", done.status())
                .param("answer", done.answer())
                .update());
    }
}

package org.flowanchor.flow.adapter.persistence;

import static org.flowanchor.flow.adapter.persistence.Schema.reaching;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import org.flowanchor.flow.application.AnchorStore;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.Pin;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Epochs and pins as rows. */
public final class JdbcAnchorStore implements AnchorStore {
    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final Schema schema;

    public JdbcAnchorStore(JdbcClient jdbc, TransactionOperations transaction, Schema schema) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.schema = schema;
    }

    @Override
    public TakeOver takeOver(LmaAddress anchor, long seen) {
        schema.migrate();
        return reaching(() -> transaction.execute(status -> {
            long epoch = jdbc.sql("""
                            insert into anchor_epoch (lma_address, epoch, taken_over_at)
                            values (:anchor, :seen + 1, now())
                            on conflict (lma_address) do update
                            set epoch = greatest(anchor_epoch.epoch, :seen) + 1, taken_over_at = now()
                            returning epoch
                            """)
                    .param("anchor", anchor.toString())
                    .param("seen", seen)
                    .query(Long.class)
                    .single();
            return new TakeOver(epoch, stored(anchor));
        }));
    }

    private List<Pin> stored(LmaAddress anchor) {
        return jdbc.sql("select * from flow_pin where lma_address = :anchor")
                .param("anchor", anchor.toString())
                .query(JdbcAnchorStore::pin)
                .list();
    }

    @Override
    public List<Pin> pins(LmaAddress anchor) {
        return reaching(() -> stored(anchor));
    }

    @Override
    public Optional<Pin> pin(LmaAddress anchor, FlowId flow) {
        return reaching(() -> jdbc.sql("select * from flow_pin where lma_address = :anchor and flow_id = :flow")
                .param("anchor", anchor.toString())
                .param("flow", flow.toString())
                .query(JdbcAnchorStore::pin)
                .optional());
    }

    @Override
    public void put(Pin pin) {
        reaching(() -> jdbc.sql("""
                        insert into flow_pin (lma_address, flow_id, source_address, destination_address, protocol,
                            source_port, destination_port, mobile_node_identifier, access_technology_type, pinned_at)
                        values (:anchor, :flow, :source, :destination, :protocol, :sourcePort, :destinationPort, :mobileNode,
                            :type, :at)
                        on conflict (lma_address, flow_id) do update
                        set mobile_node_identifier = excluded.mobile_node_identifier,
                            access_technology_type = excluded.access_technology_type, pinned_at = excluded.pinned_at
                        """)
                .param("anchor", pin.anchor().toString())
                .param("flow", pin.flow().toString())
                .param("source", pin.selector().sourceAddress().toString())
                .param("destination", pin.selector().destinationAddress().toString())
                .param("protocol", pin.selector().protocol())
                .param("sourcePort", pin.selector().sourcePort())
                .param("destinationPort", pin.selector().destinationPort())
                .param(
                        "mobileNode",
                        pin.mobileNode().map(MobileNodeIdentifier::value).orElse(null))
                .param("type", pin.accessTechnologyType().value())
                .param("at", Timestamp.from(pin.pinnedAt()))
                .update());
    }

    @Override
    public void remove(LmaAddress anchor, FlowId flow) {
        reaching(() -> jdbc.sql("delete from flow_pin where lma_address = :anchor and flow_id = :flow")
                .param("anchor", anchor.toString())
                .param("flow", flow.toString())
                .update());
    }

    private static Pin pin(ResultSet row, int number) throws SQLException {
        return new Pin(
                LmaAddress.parse(row.getString("lma_address")),
                FlowId.parse(row.getString("flow_id")),
                new FiveTuple(
                        Ipv6Address.parse(row.getString("source_address")),
                        Ipv6Address.parse(row.getString("destination_address")),
                        row.getInt("protocol"),
                        row.getInt("source_port"),
                        row.getInt("destination_port")),
                Optional.ofNullable(row.getString("mobile_node_identifier")).map(MobileNodeIdentifier::new),
                new AccessTechnologyType(row.getInt("access_technology_type")),
                row.getTimestamp("pinned_at").toInstant());
    }
}

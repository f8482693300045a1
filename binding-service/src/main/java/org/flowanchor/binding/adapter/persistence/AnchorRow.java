package org.flowanchor.binding.adapter.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.net.InetAddress;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** One anchor, for operators. */
@Entity
@Immutable
@Table(name = "anchor")
@SuppressWarnings("NullAway.Init") // the persistence provider fills the fields
class AnchorRow {
    @Id
    int anchor;

    @Column(name = "lma_address")
    @JdbcTypeCode(SqlTypes.INET)
    InetAddress lmaAddress;

    protected AnchorRow() {}
}

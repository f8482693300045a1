package org.flowanchor.binding.adapter.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.net.InetAddress;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** One row of the view {@code binding}; never written. */
@Entity
@Immutable
@Table(name = "binding")
@IdClass(BindingRow.Key.class)
@SuppressWarnings("NullAway.Init") // the persistence provider fills the fields
class BindingRow {
    @Id
    int anchor;

    @Id
    @Column(name = "mobile_node")
    String mobileNode;

    @Id
    @Column(name = "binding_identifier")
    int bindingIdentifier;

    @Column(name = "binding_priority")
    int bindingPriority;

    @Column(name = "proxy_care_of_address")
    @JdbcTypeCode(SqlTypes.INET)
    InetAddress proxyCareOfAddress;

    @Column(name = "access_technology_type")
    int accessTechnologyType;

    @Column(name = "link_layer_identifier")
    byte @Nullable [] linkLayerIdentifier;

    /** As {@link BindingRows} has them. */
    @Column(name = "home_network_prefixes")
    byte[] homeNetworkPrefixes;

    @Column(name = "state")
    String state;

    @Column(name = "policy_group")
    String policyGroup;

    @Column(name = "expires_at")
    Instant expiresAt;

    @Column(name = "version")
    long version;

    @Column(name = "accepted_at")
    Instant acceptedAt;

    @Column(name = "service_selection")
    @Nullable
    String serviceSelection;

    @Column(name = "prefix_kind")
    String prefixKind;

    /** A part of the contract's BindingCacheEntry. */
    @Column(name = "signalling")
    byte @Nullable [] signalling;

    protected BindingRow() {}

    /** Primary key. */
    record Key(int anchor, String mobileNode, int bindingIdentifier) implements Serializable {}
}

package org.flowanchor.policy.adapter.persistence;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The one row whose lock puts all changes of policies in one order. */
@Entity
@Table(name = "policy_version")
class PolicyVersionRow {
    static final short ONLY = 1;

    @Id
    short id;

    long version;

    protected PolicyVersionRow() {}
}

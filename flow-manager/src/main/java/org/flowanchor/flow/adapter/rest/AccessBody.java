package org.flowanchor.flow.adapter.rest;

import org.flowanchor.flow.domain.Access;

/** An access in answers. */
record AccessBody(String proxyCareOfAddress, String accessTechnologyType) {
    static AccessBody of(Access access) {
        return new AccessBody(
                access.proxyCareOfAddress().toString(),
                access.accessTechnologyType().toString());
    }
}

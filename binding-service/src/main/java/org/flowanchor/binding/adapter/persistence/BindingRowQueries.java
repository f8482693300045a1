package org.flowanchor.binding.adapter.persistence;

import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.application.BindingQueries.Filter;
import org.flowanchor.binding.application.BindingQueries.Position;

/** Queries whose conditions vary. */
interface BindingRowQueries {
    /** @param to the last entry that is looked at; empty: the last there is */
    List<BindingRow> page(Filter filter, Optional<Position> after, Optional<Position> to, int limit);

    /**
     * Where a page ends at the latest, because {@code rows} entries were looked at for it; empty: it ends before, or every entry that is
     * looked at is one of the page.
     */
    Optional<Position> horizon(Filter filter, Optional<Position> after, int rows);
}

package org.flowanchor.binding.adapter.persistence;

import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.application.BindingQueries.Filter;
import org.flowanchor.binding.application.BindingQueries.Position;

/** Queries whose conditions vary. */
interface BindingRowQueries {
    List<BindingRow> page(Filter filter, Optional<Position> after, int limit);
}

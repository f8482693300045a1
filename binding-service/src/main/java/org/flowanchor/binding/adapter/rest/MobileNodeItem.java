package org.flowanchor.binding.adapter.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mobile node: its bindings, and what became of them lately.
 *
 * @param next always null: a mobile node's bindings are one page
 * @param changes newest first
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record MobileNodeItem(List<BindingItem> items, @Nullable String next, List<ChangeItem> changes) {}

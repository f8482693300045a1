package org.flowanchor.binding.adapter.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next cursor of the following page; null on the last one
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ItemPage<T>(List<T> items, @Nullable String next) {}

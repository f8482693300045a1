package org.flowanchor.binding.adapter.rest;

import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import org.flowanchor.binding.application.OperatorQueries;
import org.flowanchor.binding.application.OperatorQueries.PoolUsage;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Prefix pools of all anchors, and how full they are. */
@RestController
@RequestMapping("/api/v1/prefix-pools")
class PrefixPoolController {
    private final OperatorQueries queries;

    PrefixPoolController(OperatorQueries queries) {
        this.queries = queries;
    }

    /**
     * One pool.
     *
     * @param proxyCareOfAddress whose temporal prefixes these are; null: permanent ones
     * @param free neither assigned nor resting
     * @param countedAt some time ago, where counting takes long
     */
    record PoolItem(
            String lmaAddress,
            String prefix,
            int prefixLength,
            String kind,
            @Nullable String proxyCareOfAddress,
            long capacity,
            long assigned,
            long resting,
            long free,
            Instant countedAt) {
        static PoolItem of(PoolUsage pool) {
            return new PoolItem(
                    pool.lmaAddress().toString(),
                    pool.prefix().toString(),
                    pool.prefixLength(),
                    pool.proxyCareOfAddress().isPresent() ? "TEMPORAL" : "PERMANENT",
                    pool.proxyCareOfAddress().map(ProxyCareOfAddress::toString).orElse(null),
                    pool.capacity(),
                    pool.assigned(),
                    pool.resting(),
                    pool.free(),
                    pool.countedAt());
        }
    }

    @GetMapping
    @Operation(
            summary =
                    "Lists prefix pools with how many prefixes are assigned, resting and free, and when that was counted")
    ItemPage<PoolItem> list() {
        return new ItemPage<>(queries.pools().stream().map(PoolItem::of).toList(), null);
    }
}

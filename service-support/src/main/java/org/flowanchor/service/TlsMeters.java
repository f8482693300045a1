package org.flowanchor.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.TlsEvents;
import org.flowanchor.api.identity.TlsRefusal;
import org.flowanchor.api.identity.TlsStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and tells what TLS refuses; a peer that knocks without end is told of once in a while. */
public final class TlsMeters implements TlsEvents {
    private static final Logger LOG = LoggerFactory.getLogger(TlsMeters.class);
    private static final long TELL_NANOS = 5_000_000_000L;

    private final MeterRegistry registry;
    private final String prefix;
    private final Map<TlsRefusal, Counter> refusals = new EnumMap<>(TlsRefusal.class);
    private final Map<TlsRefusal, AtomicLong> told = new EnumMap<>(TlsRefusal.class);
    private final Counter reloads;
    private final Counter reloadFailures;
    private final CopyOnWriteArrayList<Runnable> onReload = new CopyOnWriteArrayList<>();

    /** @param service names the meters: {@code flowanchor.<service>.tls} */
    public TlsMeters(String service, MeterRegistry registry) {
        this.registry = registry;
        prefix = "flowanchor." + service + ".tls.";
        for (TlsRefusal reason : TlsRefusal.values()) {
            refusals.put(
                    reason,
                    Counter.builder(prefix + "refused")
                            .description("Peers and messages refused for their certificate")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
            told.put(reason, new AtomicLong(System.nanoTime() - TELL_NANOS));
        }
        reloads = reload("success");
        reloadFailures = reload("failure");
    }

    private Counter reload(String outcome) {
        return Counter.builder(prefix + "reloads")
                .description("Certificates read again while running")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Until when the own certificate holds. */
    void expires(PeerCredentials own) {
        Gauge.builder(
                        prefix + "certificate.expires",
                        own,
                        all -> all.status().expires().getEpochSecond())
                .description("End of the own certificate, seconds since 1970")
                .baseUnit("seconds")
                .register(registry);
    }

    void onReload(Runnable action) {
        onReload.add(action);
    }

    @Override
    public void refused(TlsRefusal reason, String text) {
        Objects.requireNonNull(refusals.get(reason)).increment();
        AtomicLong last = Objects.requireNonNull(told.get(reason));
        long before = last.get();
        long now = System.nanoTime();
        if (now - before >= TELL_NANOS && last.compareAndSet(before, now)) {
            LOG.warn("refused: {}", text);
        }
    }

    @Override
    public void reloaded(TlsStatus status) {
        reloads.increment();
        LOG.info("certificate of {} read again, valid until {}", status.identity(), status.expires());
        onReload.forEach(Runnable::run);
    }

    @Override
    public void notReloaded(String fault) {
        reloadFailures.increment();
        LOG.warn("the present certificate stays in use: {}", fault);
    }
}

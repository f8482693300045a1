package org.flowanchor.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.api.v1.SubscriberEvent;
import org.flowanchor.binding.application.SubscriberRecord;
import org.flowanchor.binding.application.SubscriberStore;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Profiles brought into one database as the feed does it, by any of its replicas. */
public final class StoredProfiles {
    private static final Duration LONG = Duration.ofSeconds(60);
    private long version;
    private long position;

    public static SubscriberEvent.Builder profile(MobileNodeIdentifier node) {
        return SubscriberEvent.newBuilder()
                .setMobileNodeIdentifier(node.value())
                .setPolicyGroup("premium")
                .setProxyRegistrationEnabled(true);
    }

    public void store(Replica replica, SubscriberEvent.Builder... profiles) {
        List<SubscriberRecord> records = new ArrayList<>();
        for (SubscriberEvent.Builder profile : profiles) {
            records.add(new SubscriberRecord(
                    new MobileNodeIdentifier(profile.getMobileNodeIdentifier()),
                    ++version,
                    Optional.of(profile.build())));
        }
        apply(replica, records);
    }

    public void remove(Replica replica, MobileNodeIdentifier node) {
        apply(replica, List.of(new SubscriberRecord(node, ++version, Optional.empty())));
    }

    /** The topic is read from its beginning, and has these profiles only. */
    public void readAnew(Replica replica, SubscriberEvent.Builder... profiles) {
        replica.subscribers().readAnew(lease(replica), "another");
        position = 0;
        store(replica, profiles);
        assertThat(replica.subscribers().finishReading(lease(replica), LONG)).isTrue();
    }

    private void apply(Replica replica, List<SubscriberRecord> records) {
        position += records.size();
        assertThat(replica.subscribers().apply(lease(replica), records, position, LONG))
                .isTrue();
    }

    private static SubscriberStore.Lease lease(Replica replica) {
        return replica.subscribers().lease(LONG).orElseThrow();
    }
}

package org.flowanchor.agent.adapter.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Datagrams;
import org.flowanchor.agent.lab.Namespace;
import org.junit.jupiter.api.Test;

class LinkSamplerKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void dropsAndBacklogOfAShapedLinkAreItsQueueingDisciplines() throws Exception {
        Namespace.requireRoot();
        try (Namespace here = new Namespace("here");
                Namespace there = new Namespace("there")) {
            here.connect("a0", there, "b0");
            here.ip("addr add 2001:db8::1/64 dev a0 nodad");
            there.ip("addr add 2001:db8::2/64 dev b0 nodad");
            here.exec(
                    "tc", "qdisc", "add", "dev", "a0", "root", "tbf", "rate", "10kbit", "burst", "2kb", "limit", "8kb");
            try (LinkSampler sampler = here.call(LinkSampler::new);
                    Datagrams sender = new Datagrams(here, "2001:db8::1", 4000);
                    Datagrams receiver = new Datagrams(there, "2001:db8::2", 4000)) {
                sender.send("2001:db8::2", 4000, 0, 100);
                assertThat(receiver.receives(0, SOON)).isTrue();
                LinkCounters before = sample(sampler);
                for (int i = 1; i <= 100; i++) {
                    sender.send("2001:db8::2", 4000, i, 1000);
                }
                LinkCounters busy = sample(sampler);
                assertThat(busy.up()).isTrue();
                assertThat(busy.drops() - before.drops()).isGreaterThan(50);
                assertThat(busy.backlogBytes()).isBetween(1000L, 9000L);
                Await.until("empty queue", SOON, () -> sample(sampler).backlogBytes() == 0);
                LinkCounters after = sample(sampler);
                long sent = after.packets() - before.packets();
                assertThat(sent + after.drops() - before.drops()).isBetween(100L, 140L);
                here.ip("link set a0 down");
                assertThat(sample(sampler).up()).isFalse();
            }
        }
    }

    private static LinkCounters sample(LinkSampler sampler) throws Exception {
        return sampler.sample("a0"::equals).getFirst();
    }
}

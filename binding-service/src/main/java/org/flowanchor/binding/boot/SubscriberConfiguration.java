package org.flowanchor.binding.boot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import org.flowanchor.binding.adapter.kafka.KafkaSubscriberTopic;
import org.flowanchor.binding.adapter.persistence.Persistence;
import org.flowanchor.binding.application.MobileNodeDirectory;
import org.flowanchor.binding.application.ProfileChanges;
import org.flowanchor.binding.application.Signalling;
import org.flowanchor.binding.application.SubscriberFeed;
import org.flowanchor.binding.application.SubscriberFeedState;
import org.flowanchor.binding.application.SubscriberFeedState.Condition;
import org.flowanchor.binding.application.SubscriberStore;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Profiles of mobile nodes: from the topic into the database, and what operators see of that. */
@Configuration(proxyBeanMethods = false)
class SubscriberConfiguration {
    @Bean
    SubscriberStore subscriberStore(Persistence persistence) {
        return persistence.subscriberStore();
    }

    @Bean
    SubscriberFeedState subscriberFeedState() {
        return new SubscriberFeedState();
    }

    @Bean
    MobileNodeDirectory mobileNodeDirectory(SubscriberStore subscribers, FlowAnchorProperties properties) {
        return Configured.value(
                "flowanchor.subscribers.mapping-validity",
                () -> new MobileNodeDirectory(
                        subscribers,
                        Configured.interfaces(properties),
                        properties.subscribers().mappingValidity()));
    }

    @Bean
    SubscriberFeedLifecycle subscriberFeedLifecycle(
            SubscriberStore subscribers,
            SubscriberFeedState state,
            FlowAnchorProperties properties,
            KafkaConnection kafka,
            MeterRegistry registry,
            InstantSource clock) {
        Counter rejected = Counter.builder("flowanchor.binding.subscriber.records.rejected")
                .description("Records of the topic of profiles that are no legal ones")
                .register(registry);
        SubscriberFeed feed = new SubscriberFeed(
                subscribers,
                () -> new KafkaSubscriberTopic(
                        kafka.properties(), properties.kafka().replicationFactor(), rejected::increment),
                state,
                clock,
                properties.subscribers().rereadAfter());
        return new SubscriberFeedLifecycle(feed, properties.subscribers().enabled());
    }

    @Bean(destroyMethod = "")
    ProfileChanges profileChanges(
            BindingServiceConfiguration.ConfiguredAnchors anchors,
            Signalling signalling,
            SubscriberStore subscribers,
            FlowAnchorProperties properties,
            InstantSource clock) {
        return new ProfileChanges(anchors.addresses(), signalling, subscribers, clock, properties.expiryPeriod());
    }

    @Bean
    MeterBinder subscriberMeters(SubscriberFeedState state, ProfileChanges changes) {
        return registry -> {
            FunctionCounter.builder("flowanchor.binding.subscriber.changes", changes, ProfileChanges::lookedAt)
                    .description("Changed profiles whose bindings this process looked at")
                    .register(registry);
            FunctionCounter.builder("flowanchor.binding.subscriber.changes.written", changes, ProfileChanges::rewritten)
                    .description("Changed profiles for which this process changed a binding")
                    .register(registry);
            FunctionCounter.builder(
                            "flowanchor.binding.subscriber.records.applied", state, SubscriberFeedState::applied)
                    .description("Records of the topic of profiles taken over by this process")
                    .register(registry);
            FunctionCounter.builder("flowanchor.binding.subscriber.feed.failures", state, SubscriberFeedState::failures)
                    .description("Times that reading profiles broke off in this process")
                    .register(registry);
            Gauge.builder(
                            "flowanchor.binding.subscriber.records.behind",
                            state,
                            one -> one.condition().behind())
                    .description("Records that the replica that reads has not taken over yet; 0 on the others")
                    .register(registry);
        };
    }

    /**
     * Not ready before the topic was read to its end once, on whatever replica: a mobile node that is not known yet may be a subscriber.
     * After that Kafka is not needed; and where every mobile node is admitted anyway, it never is.
     */
    @Bean
    HealthIndicator subscribersHealthIndicator(SubscriberFeedState state, FlowAnchorProperties properties) {
        boolean admitsAll = properties.mobileNodesDefaultGroup() != null
                && !properties.mobileNodesDefaultGroup().isBlank();
        boolean waits = properties.subscribers().enabled() && !admitsAll;
        return () -> {
            Condition condition = state.condition();
            Health.Builder health = waits && !condition.complete() ? Health.outOfService() : Health.up();
            health.withDetail("enabled", properties.subscribers().enabled())
                    .withDetail("complete", condition.complete())
                    .withDetail("behind", condition.behind());
            condition.readAt().ifPresent(at -> health.withDetail("readAt", at.toString()));
            condition
                    .failingSince()
                    .ifPresent(since -> health.withDetail("failingSince", since.toString())
                            .withDetail("failure", condition.failure()));
            return health.build();
        };
    }
}

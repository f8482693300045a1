package org.flowanchor.policy.adapter.persistence;

import org.flowanchor.api.Topics;
import org.flowanchor.policy.application.Outbox;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One table, an outbox per topic. */
@Configuration(proxyBeanMethods = false)
class OutboxConfiguration {
    @Bean
    Outbox policyOutbox(OutboxRows rows, PlatformTransactionManager transactions) {
        return new JpaOutbox(Topics.POLICIES, rows, new TransactionTemplate(transactions));
    }

    @Bean
    Outbox subscriberOutbox(OutboxRows rows, PlatformTransactionManager transactions) {
        return new JpaOutbox(Topics.SUBSCRIBERS, rows, new TransactionTemplate(transactions));
    }
}

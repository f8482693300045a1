package org.flowanchor.binding.adapter.persistence;

import org.flowanchor.binding.application.BindingQueries;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;

/** Spring Data JPA over the view and the tables operators ask about. */
@Configuration(proxyBeanMethods = false)
@EntityScan(basePackageClasses = BindingRow.class)
@EnableJpaRepositories(basePackageClasses = BindingRepository.class, repositoryImplementationPostfix = "Hql")
public class QueryConfiguration {
    @Bean
    BindingQueries bindingQueries(BindingRepository bindings, AnchorRows anchors) {
        return new JpaBindingQueries(bindings, anchors);
    }
}

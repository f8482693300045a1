package org.flowanchor.service;

import java.time.InstantSource;
import org.apache.catalina.core.StandardHost;
import org.flowanchor.api.identity.RestProtection;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every service wires alike. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RestProperties.class, TlsProperties.class})
public class ServiceConfiguration {
    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    RestProtection restProtection(ServerProperties server, TlsProperties tls, RestProperties rest) {
        return RestProtection.of(server.getAddress(), tls.mode(), rest.unauthenticatedOffLoopback());
    }

    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> containerProblems() {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ContainerProblems.class.getName());
            }
        });
    }
}

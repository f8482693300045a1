package org.flowanchor.testbed.benchmark.registrations;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.flowanchor.binding.adapter.persistence.Persistence;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.AnchorLoops;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.ExpiryLoop;
import org.flowanchor.binding.application.MessageHints;
import org.flowanchor.binding.application.RegistrationMetrics;
import org.flowanchor.binding.application.Registrations;
import org.flowanchor.binding.domain.Admission;
import org.flowanchor.binding.domain.AnchorRules;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.DomainVariables;
import org.flowanchor.binding.domain.GatewayCapabilities;
import org.flowanchor.binding.domain.MobileNodeProfile;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.ProxyBindingUpdate;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.binding.domain.SignallingRules;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * binding-service's update path without transports, in this process: decisions, storage, timers. Runs on that module's own class path.
 * Arguments: JDBC URL, user, mobile nodes, updates under way, gateways; the password is in the environment.
 */
public final class StorePortLoad implements LoadDialogue.Generator {
    private static final MobileNodeProfile PROFILE = MobileNodeProfile.of("default", true);

    private final Registrations registrations;
    private final ClosedLoop loop;

    private StorePortLoad(String[] arguments) {
        HikariConfig configuration = new HikariConfig();
        configuration.setJdbcUrl(arguments[0]);
        configuration.setUsername(arguments[1]);
        configuration.setPassword(System.getenv("PGPASSWORD"));
        configuration.setMaximumPoolSize(16);
        HikariDataSource dataSource = new HikariDataSource(configuration);
        Flyway.configure().dataSource(dataSource).load().migrate();
        AnchorVersions versions = new AnchorVersions();
        MessageHints hints = new MessageHints();
        Anchor anchor =
                new Anchor(Domain.LMA_ADDRESS, 0, List.of(new PrefixPool(HomeNetworkPrefix.parse(Domain.POOL), 64)));
        Persistence persistence = Persistence.open(dataSource, List.of(anchor), Domain.PREFIX_REST, versions, hints);
        BindingCache cache = new BindingCache(
                new AnchorRules(
                        Domain.TIMESTAMP_VALIDITY_WINDOW,
                        Domain.MIN_DELAY_BEFORE_BCE_DELETE,
                        Duration.ofMillis(1500),
                        Duration.ofHours(1),
                        Map.of(),
                        64,
                        16,
                        DomainVariables.DEFAULT,
                        SignallingRules.DEFAULT,
                        Map.of()),
                new Everybody(),
                GatewayCapabilities.ALL);
        RegistrationMetrics uncounted = new Uncounted();
        AnchorLoops loops =
                new AnchorLoops(List.of(Domain.LMA_ADDRESS), persistence.bindingStore(), versions, hints, uncounted);
        loops.start();
        registrations = new Registrations(cache, loops, uncounted, InstantSource.system());
        registrations.start();
        ExpiryLoop expiry = new ExpiryLoop(
                List.of(Domain.LMA_ADDRESS),
                cache,
                persistence.bindingStore(),
                loops,
                uncounted,
                unanswered -> {},
                InstantSource.system(),
                RandomGenerator.getDefault(),
                Duration.ofMillis(500));
        Thread.ofPlatform().name("expiry").daemon().start(expiry);
        loop = new ClosedLoop(
                this::send,
                "store",
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]));
    }

    /** Started by {@link RegistrationsBenchmark}. */
    public static void main(String[] arguments) throws Exception {
        LoadDialogue.hold(new StorePortLoad(arguments));
    }

    @Override
    public LoadResult fill() throws InterruptedException {
        return loop.fill();
    }

    @Override
    public LoadResult run(double seconds) throws InterruptedException {
        return loop.run(seconds);
    }

    private void send(Errand errand, ClosedLoop.Answer answer) {
        ProxyCareOfAddress gateway = Domain.gateway(errand.gateway());
        Instant now = Instant.now();
        ProxyBindingUpdate update = new ProxyBindingUpdate(
                0,
                Domain.LMA_ADDRESS,
                gateway,
                Optional.of(new MobileNodeIdentifier(errand.mobileNodeIdentifier())),
                errand.prefixes().isEmpty() ? List.of(HomeNetworkPrefix.ALL_ZERO) : errand.prefixes(),
                Optional.of(new HandoffIndicator(errand.procedure().handoffIndicator())),
                Optional.of(AccessTechnologyType.E_UTRAN),
                Optional.of(LinkLayerIdentifier.of(errand.linkLayerIdentifier())),
                errand.procedure() == Errand.Procedure.DEREGISTRATION ? 0 : Domain.LIFETIME,
                Optional.of(Timestamp.of(now)),
                Optional.empty(),
                Optional.empty());
        registrations
                .register(new ReceivedUpdate(update, gateway, now), Optional.empty())
                .whenComplete((decision, failure) -> answer(decision, failure, answer));
    }

    private static void answer(
            @Nullable BindingDecision decision, @Nullable Throwable failure, ClosedLoop.Answer answer) {
        if (decision instanceof BindingDecision.Accepted accepted) {
            answer.accepted(accepted.acknowledgement().homeNetworkPrefixes());
        } else {
            answer.refused(decision == null ? String.valueOf(failure) : decision.toString());
        }
    }

    /** Everybody may register everybody. */
    private static final class Everybody implements Admission {
        @Override
        public boolean isAuthorized(ProxyCareOfAddress gateway, MobileNodeIdentifier mobileNode) {
            return true;
        }

        @Override
        public Optional<MobileNodeProfile> profile(MobileNodeIdentifier mobileNode) {
            return Optional.of(PROFILE);
        }
    }

    private static final class Uncounted implements RegistrationMetrics {
        @Override
        public void attempted() {}

        @Override
        public void decided(BindingDecision decision) {}

        @Override
        public void unanswered() {}

        @Override
        public void committed(int pieces, Duration took) {}

        @Override
        public void expired(int entries) {}

        @Override
        public void expiryOverloaded() {}
    }
}

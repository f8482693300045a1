package org.flowanchor.agent.boot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.flowanchor.agent.application.AccessLoop;
import org.flowanchor.agent.application.AgentControl;
import org.flowanchor.agent.application.AnchorLoop;
import org.flowanchor.agent.application.AttachmentControl;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.Readiness;
import org.flowanchor.agent.domain.AttachmentSummary;

/** What the control socket tells, by role. */
final class LocalControl implements AgentControl {
    /** The part of a role. */
    private interface Part {
        CompletableFuture<Map<String, Object>> details();

        CompletableFuture<List<KernelObject>> objects();
    }

    private final AgentConfiguration configuration;
    private final String version;
    private final Supplier<Readiness> readiness;
    private final Part part;
    private final Optional<AttachmentControl> attachments;

    private LocalControl(
            AgentConfiguration configuration,
            String version,
            Supplier<Readiness> readiness,
            Part part,
            Optional<AttachmentControl> attachments) {
        this.configuration = configuration;
        this.version = version;
        this.readiness = readiness;
        this.part = part;
        this.attachments = attachments;
    }

    static LocalControl of(
            AgentConfiguration configuration, String version, Supplier<Readiness> readiness, AnchorLoop loop) {
        Part part = new Part() {
            @Override
            public CompletableFuture<Map<String, Object>> details() {
                return CompletableFuture.completedFuture(Map.of());
            }

            @Override
            public CompletableFuture<List<KernelObject>> objects() {
                return loop.objects();
            }
        };
        return new LocalControl(configuration, version, readiness, part, Optional.empty());
    }

    static LocalControl of(
            AgentConfiguration configuration, String version, Supplier<Readiness> readiness, AccessLoop loop) {
        Part part = new Part() {
            @Override
            public CompletableFuture<Map<String, Object>> details() {
                return loop.attachments()
                        .thenApply(all -> Map.of(
                                "terminals",
                                all.stream().map(LocalControl::terminal).toList()));
            }

            @Override
            public CompletableFuture<List<KernelObject>> objects() {
                return loop.objects();
            }
        };
        return new LocalControl(configuration, version, readiness, part, Optional.of(loop));
    }

    @Override
    public CompletableFuture<Map<String, Object>> status() {
        return part.details().thenApply(details -> {
            Readiness now = readiness.get();
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("identity", configuration.identity().toString());
            status.put("version", version);
            status.put("anchor", configuration.lmaAddress().toString());
            status.put("ready", now.ready());
            status.putAll(new TreeMap<>(now.details()));
            status.putAll(details);
            return status;
        });
    }

    private static Map<String, Object> terminal(AttachmentSummary summary) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("accessLink", summary.accessLink());
        row.put("linkLayerIdentifier", summary.linkLayerIdentifier().toString());
        row.put("mobileNode", summary.mobileNodeIdentifier().toString());
        row.put("state", summary.state());
        row.put("forwards", summary.forwarding());
        row.put(
                "linkLocalAddress",
                summary.linkLocalAddress().map(Object::toString).orElse(""));
        List<String> prefixes = new ArrayList<>();
        summary.prefixes().stream().sorted().forEach(prefix -> prefixes.add(prefix.toString()));
        row.put("prefixes", prefixes);
        row.put("lifetimeLeftSeconds", summary.lifetimeLeft().toSeconds());
        row.put("lastSeenSeconds", summary.lastSeen().toSeconds());
        row.put("waits", summary.waits().map(Object::toString).orElse(""));
        return row;
    }

    @Override
    public CompletableFuture<List<KernelObject>> objects() {
        return part.objects();
    }

    @Override
    public Optional<AttachmentControl> attachments() {
        return attachments;
    }
}

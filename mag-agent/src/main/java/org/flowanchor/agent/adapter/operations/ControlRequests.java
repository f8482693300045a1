package org.flowanchor.agent.adapter.operations;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.flowanchor.agent.application.AgentControl;
import org.flowanchor.agent.application.AttachmentControl;
import org.flowanchor.agent.application.AttachmentControl.TriggerOutcome;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.domain.AttachmentTrigger;
import org.flowanchor.agent.domain.HandoffKnowledge;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ServiceSelection;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request of the control socket, a JSON object, to its answer. Strict: what a command does not know is a fault. */
final class ControlRequests {
    private static final long ANSWER_SECONDS = 10;
    private static final Map<String, HandoffKnowledge> HANDOFFS = Map.of(
            "same-interface", HandoffKnowledge.SAME_INTERFACE,
            "other-interface-leaving", HandoffKnowledge.OTHER_INTERFACE_LEAVING,
            "other-interface-stays", HandoffKnowledge.OTHER_INTERFACE_STAYS);

    /** Made when the first request comes: most agents never get one. */
    private static final class Strict {
        static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .build();
    }

    /** What is no request. */
    private static final class RequestException extends Exception {
        RequestException(String fault) {
            super(fault);
        }
    }

    private final AgentControl control;

    ControlRequests(AgentControl control) {
        this.control = control;
    }

    static Map<String, Object> fault(String text) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("ok", false);
        answer.put("error", text);
        return answer;
    }

    private static Map<String, Object> answer(String key, Object value) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("ok", true);
        answer.put(key, value);
        return answer;
    }

    Map<String, Object> answer(String line) {
        try {
            JsonNode request = parse(line);
            return switch (text(request, "command", Function.identity())) {
                case "status" -> {
                    refuseOthers(request, Set.of());
                    yield answer("status", await(control.status()));
                }
                case "dump" -> {
                    refuseOthers(request, Set.of());
                    yield answer("objects", objects(false));
                }
                case "diff" -> {
                    refuseOthers(request, Set.of());
                    yield answer("objects", objects(true));
                }
                case "attach" -> outcome(await(attachments().attach(trigger(request))));
                case "detach" -> {
                    refuseOthers(request, Set.of("accessLink", "linkLayerIdentifier"));
                    yield outcome(await(attachments()
                            .detach(
                                    text(request, "accessLink", Function.identity()),
                                    text(request, "linkLayerIdentifier", LinkLayerIdentifier::parse))));
                }
                case String other ->
                    throw new RequestException(
                            "command: " + printable(other) + " is none of status, dump, diff, attach, detach");
            };
        } catch (RequestException e) {
            return fault(String.valueOf(e.getMessage()));
        }
    }

    private JsonNode parse(String line) throws RequestException {
        JsonNode request;
        try {
            request = Strict.JSON.readTree(line);
        } catch (JacksonException e) {
            throw new RequestException("not JSON: " + printable(e.getOriginalMessage()));
        }
        if (!request.isObject()) {
            throw new RequestException("a request is a JSON object");
        }
        return request;
    }

    private AttachmentControl attachments() throws RequestException {
        return control.attachments().orElseThrow(() -> new RequestException("an anchor has no access links"));
    }

    private static AttachmentTrigger trigger(JsonNode request) throws RequestException {
        refuseOthers(request, Set.of("accessLink", "linkLayerIdentifier", "linkLocalAddress", "handoff", "service"));
        Optional<Ipv6Address> address = Optional.empty();
        if (request.has("linkLocalAddress")) {
            address = Optional.of(text(request, "linkLocalAddress", Ipv6Address::parse));
        }
        HandoffKnowledge handoff = HandoffKnowledge.NONE;
        if (request.has("handoff")) {
            handoff = text(request, "handoff", ControlRequests::handoff);
        }
        Optional<ServiceSelection> service = Optional.empty();
        if (request.has("service")) {
            service = Optional.of(text(request, "service", ServiceSelection::new));
        }
        try {
            return new AttachmentTrigger(
                    text(request, "accessLink", Function.identity()),
                    text(request, "linkLayerIdentifier", LinkLayerIdentifier::parse),
                    address,
                    handoff,
                    service);
        } catch (IllegalArgumentException e) {
            throw new RequestException(String.valueOf(e.getMessage()));
        }
    }

    private static HandoffKnowledge handoff(String text) {
        HandoffKnowledge known = HANDOFFS.get(text);
        if (known == null) {
            throw new IllegalArgumentException("none of "
                    + String.join(", ", HANDOFFS.keySet().stream().sorted().toList()));
        }
        return known;
    }

    private List<Map<String, Object>> objects(boolean differencesOnly) throws RequestException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (KernelObject object : await(control.objects())) {
            if (!differencesOnly || object.condition() != KernelObject.Condition.PRESENT) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("kind", object.kind());
                row.put("name", object.name());
                row.put("condition", object.condition().name());
                row.put("detail", object.detail());
                rows.add(row);
            }
        }
        return rows;
    }

    private static Map<String, Object> outcome(TriggerOutcome outcome) {
        return outcome.accepted() ? answer("detail", outcome.detail()) : fault(outcome.detail());
    }

    private static <T> T text(JsonNode request, String key, Function<String, T> parser) throws RequestException {
        JsonNode value = request.get(key);
        if (value == null) {
            throw new RequestException(key + " is missing");
        }
        if (!value.isString() || value.stringValue().isBlank()) {
            throw new RequestException(key + ": must be text");
        }
        try {
            return parser.apply(value.stringValue());
        } catch (IllegalArgumentException e) {
            throw new RequestException(key + ": " + printable(String.valueOf(e.getMessage())));
        }
    }

    private static void refuseOthers(JsonNode request, Set<String> known) throws RequestException {
        Set<String> others = new HashSet<>(request.propertyNames());
        others.remove("command");
        others.removeAll(known);
        if (!others.isEmpty()) {
            throw new RequestException("unknown: "
                    + printable(String.join(", ", others.stream().sorted().toList())));
        }
    }

    /** The loop answers within a turn unless the kernel keeps it busy. */
    private static <T> T await(CompletableFuture<T> answer) throws RequestException {
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new RequestException(
                    e.getCause() instanceof KernelException kernel
                            ? String.valueOf(kernel.getMessage())
                            : String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw new RequestException("no answer within " + ANSWER_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestException("the agent stops");
        }
    }

    private static String printable(String text) {
        return text.codePoints()
                .limit(200)
                .map(c -> c < 32 || c == 127 ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}

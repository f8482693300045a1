package org.flowanchor.flow.adapter.grpc;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorHello;
import org.flowanchor.api.v1.FlowException;
import org.flowanchor.api.v1.FlowSample;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.flowanchor.flow.application.AgentHello;
import org.flowanchor.flow.application.CommandAnswer;
import org.flowanchor.flow.application.SteeringCommand;
import org.flowanchor.flow.domain.FlowId;
import org.flowanchor.flow.domain.cache.RuleName;
import org.flowanchor.flow.domain.placement.FlowSamples;
import org.flowanchor.flow.domain.placement.TrafficClass;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** The contract's messages to the application's values and back. */
final class SteeringMapping {
    private SteeringMapping() {}

    static AgentHello hello(AnchorHello hello) {
        Map<FiveTuple, ProxyCareOfAddress> exceptions = new LinkedHashMap<>();
        hello.getFlowExceptionsList()
                .forEach(exception -> exceptions.put(
                        ProtoMapping.fiveTuple(exception.getFlow()),
                        ProtoMapping.proxyCareOfAddress(exception.getProxyCareOfAddress())));
        return new AgentHello(hello.getAgentVersion(), hello.getEpoch(), hello.getVersion(), exceptions);
    }

    static CommandAnswer answer(StreamAcknowledgement acknowledgement, Instant now) {
        Instant appliedAt =
                acknowledgement.getAppliedAtMs() > 0 ? Instant.ofEpochMilli(acknowledgement.getAppliedAtMs()) : now;
        return new CommandAnswer(
                acknowledgement.getVersion(), acknowledgement.getNonce(), acknowledgement.getError(), appliedAt);
    }

    static FlowSamples flowSamples(org.flowanchor.api.v1.FlowSamples samples) {
        return new FlowSamples(
                Instant.ofEpochMilli(samples.getSampledAtMs()),
                Duration.ofMillis(Integer.toUnsignedLong(samples.getIntervalMs())),
                samples.getSamplesList().stream()
                        .map(SteeringMapping::flowSample)
                        .toList());
    }

    private static FlowSamples.FlowSample flowSample(FlowSample sample) {
        Optional<ProxyCareOfAddress> carrier = sample.getProxyCareOfAddress().isEmpty()
                ? Optional.empty()
                : Optional.of(ProtoMapping.proxyCareOfAddress(sample.getProxyCareOfAddress()));
        Optional<RuleName> rule = sample.getPolicy().isEmpty()
                ? Optional.empty()
                : Optional.of(new RuleName(sample.getPolicy(), sample.getRule()));
        return new FlowSamples.FlowSample(
                ProtoMapping.fiveTuple(sample.getFlow()), sample.getPackets(), sample.getBytes(), carrier, rule);
    }

    static org.flowanchor.api.v1.SteeringCommand toProto(SteeringCommand command) {
        var message = org.flowanchor.api.v1.SteeringCommand.newBuilder()
                .setTraceparent(command.trace().traceparent())
                .setEpoch(command.epoch())
                .setVersion(command.version())
                .setNonce(command.nonce())
                .setFullState(command.fullState())
                .setReplaceClasses(command.classes().isPresent());
        command.classes().orElse(List.of()).forEach(one -> message.addClasses(toProto(one)));
        command.exceptions()
                .forEach((flow, gateway) -> message.addFlowExceptions(toProto(command.anchor(), flow, gateway)));
        command.removedExceptions().forEach(flow -> message.addRemovedFlowExceptions(ProtoMapping.toProto(flow)));
        return message.build();
    }

    private static org.flowanchor.api.v1.TrafficClass toProto(TrafficClass one) {
        return org.flowanchor.api.v1.TrafficClass.newBuilder()
                .setPolicy(one.name().policy())
                .setRule(one.name().rule())
                .setGroup(one.group())
                .addAllSelectors(
                        one.selectors().stream().map(ProtoMapping::toProto).toList())
                .addAllAccessTechnologyTypes(one.accessTechnologyTypes().stream()
                        .map(AccessTechnologyType::value)
                        .toList())
                .build();
    }

    private static FlowException toProto(LmaAddress anchor, FiveTuple flow, ProxyCareOfAddress gateway) {
        return FlowException.newBuilder()
                .setFlowId(FlowId.of(anchor, flow).toString())
                .setFlow(ProtoMapping.toProto(flow))
                .setProxyCareOfAddress(ProtoMapping.toProto(gateway))
                .build();
    }
}

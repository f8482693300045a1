package org.flowanchor.testbed.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.scenario.ProductApi.Binding;
import org.flowanchor.testbed.wire.Tshark;
import org.flowanchor.testbed.wire.Tshark.Message;

/** What passed the anchor's backhaul so far, as tshark reads it; and what the product says it came to. */
final class SignallingLog {
    static final String UPDATE = "5";
    static final String ACKNOWLEDGEMENT = "6";
    static final String HEARTBEAT = "13";
    static final String REVOCATION = "16";
    static final String NOTIFICATION = "19";
    static final String NOTIFICATION_ACKNOWLEDGEMENT = "20";

    private final Stage stage;
    private final Path capture;
    private int seen;

    SignallingLog(Stage stage, Path capture) {
        this.stage = stage;
        this.capture = capture;
    }

    /** Everything. */
    List<Message> all() {
        return Tshark.read(capture);
    }

    List<String> complaints() {
        return Tshark.complaints(capture);
    }

    /** Messages captured after the last step. */
    List<Message> fresh() {
        List<Message> all = all();
        return all.stream().filter(message -> message.number() > seen).toList();
    }

    /** What passed until now belongs to earlier steps. */
    void settle() {
        seen = all().stream().mapToInt(Message::number).max().orElse(seen);
    }

    /** An update of a gateway with these fields, and the acknowledgement with its sequence number. */
    record Exchange(Message update, Message acknowledgement) {}

    static boolean isUpdate(Message message, Access access, String handoff, boolean deregistration) {
        return message.type().equals(UPDATE)
                && message.source().equals(access.proxyCareOfAddress().toString())
                && message.destination().equals(Lab.LMA_ADDRESS.toString())
                && message.field("mip6.bu.a_flag").equals("1")
                && message.field("mip6.bu.p_flag").equals("1")
                && message.field("mip6.mnid.identifier").equals(Stage.MOBILE_NODE)
                && message.field("mip6.hi").equals(handoff)
                && message.field("mip6.att")
                        .equals(Integer.toString(access.accessTechnologyType().value()))
                && message.field("mip6.bu.lifetime").equals("0") == deregistration;
    }

    static Optional<Exchange> exchange(List<Message> messages, Access access, String handoff, boolean deregistration) {
        for (Message update : messages) {
            if (!isUpdate(update, access, handoff, deregistration)) {
                continue;
            }
            for (Message answer : messages) {
                if (answer.type().equals(ACKNOWLEDGEMENT)
                        && answer.source().equals(update.destination())
                        && answer.destination().equals(update.source())
                        && answer.field("mip6.ba.seqnr").equals(update.field("mip6.bu.seqnr"))
                        && answer.field("mip6.ba.status").equals("0")
                        && answer.field("mip6.ba.p_flag").equals("1")
                        && answer.field("mip6.hi").equals(handoff)
                        && answer.field("mip6.mnid.identifier").equals(Stage.MOBILE_NODE)) {
                    return Optional.of(new Exchange(update, answer));
                }
            }
        }
        return Optional.empty();
    }

    /** Waits for an update that is accepted. */
    Exchange awaitExchange(Access access, String handoff, boolean deregistration, Duration limit) {
        return Await.value(
                "an accepted update of " + access + " with handoff indicator " + handoff
                        + (deregistration ? " and lifetime 0" : "") + " on the wire",
                limit,
                () -> exchange(fresh(), access, handoff, deregistration));
    }

    /** Of its options, with their lengths. */
    static String prefixes(Message message) {
        String[] addresses = message.field("mip6.nemo.mnp.mnp").split(",");
        String[] lengths = message.field("mip6.nemo.mnp.pfl").split(",");
        List<String> prefixes = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            prefixes.add(addresses[i] + "/" + lengths[i]);
        }
        return String.join(" ", prefixes);
    }

    /** Active bindings of the mobile node. */
    List<Binding> active() {
        return stage.product().bindings(Stage.MOBILE_NODE).stream()
                .filter(binding -> binding.state().equals("ACTIVE"))
                .toList();
    }

    static Set<HomeNetworkPrefix> prefixes(List<Binding> bindings) {
        Set<HomeNetworkPrefix> prefixes = new TreeSet<>();
        bindings.forEach(binding -> prefixes.addAll(binding.homeNetworkPrefixes()));
        return prefixes;
    }

    static boolean at(List<Binding> bindings, Access access) {
        return bindings.stream()
                .anyMatch(binding -> binding.proxyCareOfAddress().equals(access.proxyCareOfAddress()));
    }
}

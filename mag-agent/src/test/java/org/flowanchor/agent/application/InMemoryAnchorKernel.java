package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AnchorState;
import org.flowanchor.agent.domain.BindingTable;
import org.flowanchor.agent.domain.ClassAccess;
import org.flowanchor.agent.domain.ClassName;
import org.flowanchor.agent.domain.ClassRule;
import org.flowanchor.agent.domain.ConnectionTracking;
import org.flowanchor.agent.domain.FlowCounters;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.PrefixSteering;
import org.flowanchor.agent.domain.Samples;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.agent.domain.TrackingAdmission;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** A kernel that remembers, refuses on request, and complains when a requested refusal was never met. Survives its agents. */
public final class InMemoryAnchorKernel implements AnchorKernel {
    /** What can be refused. */
    public enum Call {
        APPLY,
        REPLACE_FLOW,
        FLOWS,
        TEND_TRACKING
    }

    private final Map<Call, Deque<String>> failures = new EnumMap<>(Call.class);
    public final Set<ProxyCareOfAddress> gateways = new HashSet<>();
    public final Map<HomeNetworkPrefix, ProxyCareOfAddress> routes = new HashMap<>();
    public final Map<HomeNetworkPrefix, String> groups = new HashMap<>();
    public final List<ClassRule> classes = new ArrayList<>();
    public final Map<ClassAccess, ProxyCareOfAddress> accesses = new HashMap<>();
    public final Map<FiveTuple, ProxyCareOfAddress> flows = new HashMap<>();
    public final List<TrackedFlow> tracked = new ArrayList<>();
    public final Map<ProxyCareOfAddress, LinkCounters> counters = new HashMap<>();
    public ConnectionTracking tracking = new ConnectionTracking(TrackingAdmission.ALL, 3, 262_144, 0, Optional.empty());
    public final List<String> calls = new ArrayList<>();
    /** Exceptions handed over with states, counted each time. */
    public int exceptionsLookedAt;

    /** Nobody else is at work: nothing needs to be compared at a tick. */
    public boolean staysAsLeft;

    private boolean wholeStateApplied;
    /** Flow exceptions for which there is room. */
    public int mostFlowExceptions = Integer.MAX_VALUE;
    /** What else there is no room for. */
    public final Map<SizedMap, Integer> leftOut = new EnumMap<>(SizedMap.class);

    public Map<String, String> groupsLeftOut = Map.of();
    /** Somebody else changed the table. */
    public boolean changedByOthers;
    /** No tunnel can be made to these. */
    public final Set<ProxyCareOfAddress> withoutRoom = new HashSet<>();
    /** A stranger's device has the name of the tunnel to these. */
    public final Set<ProxyCareOfAddress> strangers = new HashSet<>();
    /** Routes that are refused as long as they are here. */
    public final Set<HomeNetworkPrefix> refusedRoutes = new HashSet<>();
    /** Told with every whole state, nobody's. */
    public final List<String> alarms = new ArrayList<>();

    public synchronized void failNext(Call call, String error) {
        failures.computeIfAbsent(call, key -> new ArrayDeque<>()).add(error);
    }

    public synchronized void assertEveryFailureWasMet() {
        assertThat(failures.values()).allSatisfy(waiting -> assertThat(waiting).isEmpty());
    }

    public synchronized Map<HomeNetworkPrefix, ProxyCareOfAddress> routes() {
        return Map.copyOf(routes);
    }

    public synchronized Set<String> callKinds() {
        return Set.copyOf(calls);
    }

    @Override
    public synchronized AnchorNotTaken apply(AnchorState desired, FlowChanges changes) throws KernelException {
        calls.add("apply");
        wholeStateApplied = false;
        applyRoutes(desired, changes);
        wholeStateApplied = true;
        classes.clear();
        classes.addAll(desired.classes());
        accesses.clear();
        accesses.putAll(desired.accesses());
        return refused(desired);
    }

    @Override
    public synchronized AnchorNotTaken applyBindings(AnchorState desired, BindingTable bindings, FlowChanges changes)
            throws KernelException {
        calls.add("applyBindings");
        wholeStateApplied = false;
        applyRoutes(desired, changes);
        accesses.entrySet()
                .removeIf(entry -> !bindings.isCarried(entry.getKey().prefix().address(), entry.getValue()));
        return refused(desired);
    }

    @Override
    public synchronized Optional<AnchorNotTaken> applyPrefixes(
            Map<HomeNetworkPrefix, PrefixSteering> prefixes, FlowChanges changes) throws KernelException {
        if (!wholeStateApplied || changes.changed() == null) {
            return Optional.empty();
        }
        calls.add("applyPrefixes " + prefixes.size());
        wholeStateApplied = false;
        for (Map.Entry<HomeNetworkPrefix, PrefixSteering> entry : prefixes.entrySet()) {
            HomeNetworkPrefix prefix = entry.getKey();
            PrefixSteering steering = entry.getValue();
            routes.remove(prefix);
            groups.remove(prefix);
            accesses.keySet().removeIf(access -> access.prefix().equals(prefix));
            if (steering.route() != null) {
                requireTunnel(steering.route());
                routes.put(prefix, steering.route());
            }
            // Half of the work is done when the refusal comes, as in life.
            meetFailure(Call.APPLY);
            if (steering.group() != null) {
                groups.put(prefix, steering.group());
            }
            for (Map.Entry<ClassName, ProxyCareOfAddress> access :
                    steering.accesses().entrySet()) {
                requireTunnel(access.getValue());
                accesses.put(new ClassAccess(access.getKey(), prefix), access.getValue());
            }
        }
        applyFlows(changes);
        wholeStateApplied = true;
        return Optional.of(notTaken(Set.of(), prefixes.keySet()));
    }

    private AnchorNotTaken notTaken(Set<ProxyCareOfAddress> without, Set<HomeNetworkPrefix> desired) {
        Set<HomeNetworkPrefix> prefixes = new HashSet<>(refusedRoutes);
        prefixes.retainAll(desired);
        routes.keySet().removeAll(prefixes);
        List<String> refusals = new ArrayList<>(alarms);
        without.stream().filter(strangers::contains).forEach(gateway -> refusals.add("device to " + gateway));
        prefixes.forEach(prefix -> refusals.add("EINVAL, route add " + prefix));
        return new AnchorNotTaken(without, prefixes, refusals);
    }

    private AnchorNotTaken refused(AnchorState desired) {
        Set<ProxyCareOfAddress> refused = new HashSet<>(withoutRoom);
        refused.addAll(strangers);
        refused.retainAll(desired.gateways());
        routes.values().removeIf(refused::contains);
        flows.values().removeIf(refused::contains);
        accesses.values().removeIf(refused::contains);
        return notTaken(refused, desired.routes().keySet());
    }

    private void applyRoutes(AnchorState desired, FlowChanges changes) throws KernelException {
        gateways.addAll(desired.gateways());
        for (ProxyCareOfAddress gateway : desired.routes().values()) {
            requireTunnel(gateway);
        }
        // Half of the work is done when the refusal comes, as in life.
        meetFailure(Call.APPLY);
        routes.clear();
        routes.putAll(desired.routes());
        groups.clear();
        groups.putAll(desired.groups());
        applyFlows(changes);
        gateways.retainAll(desired.gateways());
    }

    private void applyFlows(FlowChanges changes) {
        Map<FiveTuple, Optional<ProxyCareOfAddress>> changed = changes.changed();
        if (changed == null) {
            flows.clear();
            flows.putAll(changes.all().get());
            exceptionsLookedAt += flows.size();
        } else {
            changed.forEach(
                    (flow, gateway) -> gateway.ifPresentOrElse(to -> flows.put(flow, to), () -> flows.remove(flow)));
            exceptionsLookedAt += changed.size();
        }
        requireRoom();
    }

    @Override
    public int mostFlowExceptions() {
        return mostFlowExceptions;
    }

    @Override
    public synchronized int withoutRoom(SizedMap map) {
        return leftOut.getOrDefault(map, 0);
    }

    @Override
    public synchronized Map<String, String> policyGroupsWithoutRoom() {
        return groupsLeftOut;
    }

    @Override
    public synchronized boolean wasChanged() {
        boolean was = changedByOthers;
        changedByOthers = false;
        return was;
    }

    @Override
    public synchronized void replaceFlows(List<FlowMove> moves) throws KernelException {
        calls.add("replaceFlows " + moves.size());
        meetFailure(Call.REPLACE_FLOW);
        for (FlowMove move : moves) {
            if (move.gateway() != null) {
                requireTunnel(move.gateway());
            }
        }
        for (FlowMove move : moves) {
            if (move.gateway() == null) {
                flows.remove(move.flow());
            } else {
                flows.put(move.flow(), move.gateway());
            }
        }
        requireRoom();
    }

    private void requireRoom() {
        assertThat(flows)
                .as("the agent asks for no more than there is room for")
                .hasSizeLessThanOrEqualTo(mostFlowExceptions);
    }

    @Override
    public synchronized Map<FiveTuple, ProxyCareOfAddress> flows() throws KernelException {
        meetFailure(Call.FLOWS);
        return Map.copyOf(flows);
    }

    @Override
    public synchronized void trackedFlows(FlowCounters into) {
        into.restart();
        tracked.forEach(flow -> Samples.add(into, flow));
    }

    @Override
    public synchronized ConnectionTracking tendTracking() throws KernelException {
        meetFailure(Call.TEND_TRACKING);
        return tracking;
    }

    @Override
    public synchronized Map<ProxyCareOfAddress, LinkCounters> tunnels() {
        return Map.copyOf(counters);
    }

    @Override
    public synchronized boolean intact() {
        return staysAsLeft && wholeStateApplied;
    }

    @Override
    public synchronized List<KernelObject> objects() {
        return routes.entrySet().stream()
                .map(route ->
                        new KernelObject("route", route.getKey() + " via " + route.getValue(), Condition.PRESENT, ""))
                .toList();
    }

    @Override
    public void close() {}

    private void requireTunnel(ProxyCareOfAddress gateway) throws KernelException {
        if (!gateways.contains(gateway)) {
            throw new KernelException("ENODEV, no tunnel to " + gateway);
        }
    }

    private void meetFailure(Call call) throws KernelException {
        Deque<String> waiting = failures.get(call);
        if (waiting != null && !waiting.isEmpty()) {
            throw new KernelException(waiting.remove());
        }
    }
}

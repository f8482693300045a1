package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.linux.rtnetlink.Link;
import org.flowanchor.agent.linux.rtnetlink.Route;

/** Collects what is desired beside what was read just now. Reads and changes nothing itself. */
final class KernelComparison {
    private final List<KernelObject> objects = new ArrayList<>();
    private final Map<Integer, String> deviceNames = new HashMap<>();

    KernelComparison(Iterable<Link> links) {
        links.forEach(link -> deviceNames.put(link.index(), link.name()));
    }

    /** Names of the same kind that should be there and that are. */
    void names(String kind, Collection<String> desired, Collection<String> actual) {
        Map<String, String> wanted = new HashMap<>();
        desired.forEach(name -> wanted.put(name, name));
        Map<String, String> present = new HashMap<>();
        actual.forEach(name -> present.put(name, name));
        compare(kind, wanted, present, Function.identity());
    }

    void routes(Map<Route.Key, Route> desired, Map<Route.Key, Route> actual) {
        compare("route", desired, actual, this::text);
    }

    private <K, V> void compare(String kind, Map<K, V> desired, Map<K, V> actual, Function<V, String> text) {
        desired.forEach((key, value) -> {
            V present = actual.get(key);
            if (Objects.equals(value, present)) {
                add(kind, text.apply(value), Condition.PRESENT, "");
            } else {
                add(
                        kind,
                        text.apply(value),
                        Condition.MISSING,
                        present == null ? "" : "there is " + text.apply(present));
            }
        });
        actual.forEach((key, value) -> {
            if (!desired.containsKey(key)) {
                add(kind, text.apply(value), Condition.UNDESIRED, "");
            }
        });
    }

    /** As ip(8) prints it. */
    private String text(Route route) {
        String text = route.toString() + " metric "
                + Integer.toUnsignedString(route.key().metric());
        String name = deviceNames.get(route.device());
        return name == null ? text : text.replace(" dev " + route.device() + " ", " dev " + name + " ");
    }

    void add(String kind, String name, Condition condition, String detail) {
        objects.add(new KernelObject(kind, name, condition, detail));
    }

    /** By kind, then by name. */
    List<KernelObject> objects() {
        objects.sort(Comparator.comparing(KernelObject::kind).thenComparing(KernelObject::name));
        return objects;
    }
}

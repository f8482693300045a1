package org.flowanchor.agent.adapter.kernel;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.domain.ClassName;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of groups and classes. A number, once given, stays with its label: it is written into the kernel beside the label, so a fresh
 * process finds it there. Freed numbers rest as long as possible, because connections remember the number of the class they met last.
 */
final class ClassNumbers {
    private static final int LONGEST_LABEL = 120;

    private final int base;
    private int last;
    /** What was given last: should somebody take the labels out of the kernel, their numbers are still in force there. */
    private Map<String, Integer> given = Map.of();

    /** @param base mark of number 0 */
    ClassNumbers(int base) {
        this.base = base;
    }

    /** Keeps the numbers of labels that are in {@code actual}, gives new ones to the others. */
    Map<String, Integer> assign(Collection<String> labels, Map<Integer, String> actual) throws KernelException {
        Map<String, Integer> known = new HashMap<>();
        TreeSet<Integer> used = new TreeSet<>();
        actual.forEach((number, label) -> {
            if (isOurs(number)) {
                known.put(label, number);
                used.add(number);
            }
        });
        if (last == 0 && !used.isEmpty()) {
            last = used.last() - base;
        }
        for (String label : labels) {
            Integer number = given.get(label);
            if (number != null && !known.containsKey(label) && used.add(number)) {
                known.put(label, number);
            }
        }
        Map<String, Integer> numbers = new HashMap<>();
        for (String label : new TreeSet<>(labels)) {
            Integer number = known.get(label);
            if (number == null) {
                number = next(used);
                used.add(number);
            }
            numbers.put(label, number);
        }
        given = Map.copyOf(numbers);
        return numbers;
    }

    private boolean isOurs(int number) {
        return number > base && number <= base + KernelNumbering.MOST_CLASSES;
    }

    private int next(TreeSet<Integer> used) throws KernelException {
        if (used.size() >= KernelNumbering.MOST_CLASSES) {
            throw new KernelException("more than " + KernelNumbering.MOST_CLASSES + " groups or classes");
        }
        do {
            last = last % KernelNumbering.MOST_CLASSES + 1;
        } while (used.contains(base + last));
        return base + last;
    }

    static String label(String group) {
        return fitting(encode(group));
    }

    static String label(ClassName name) {
        return fitting(encode(name.group()) + "/" + encode(name.policy()) + "/" + encode(name.rule()));
    }

    /** @return null when the label is none of a class, or too long to tell */
    static @Nullable ClassName className(String label) {
        String[] parts = label.split("/", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            return new ClassName(decode(parts[0]), decode(parts[1]), decode(parts[2]));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String decode(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }

    /** The label is stored with an element of the kernel, where comments are short. */
    private static String fitting(String label) {
        if (label.length() <= LONGEST_LABEL) {
            return label;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(label.getBytes(StandardCharsets.UTF_8));
            return "sha-256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

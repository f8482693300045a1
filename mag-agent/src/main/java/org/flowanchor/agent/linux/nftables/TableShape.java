package org.flowanchor.agent.linux.nftables;

import static org.flowanchor.agent.linux.nftables.Nftables.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.flowanchor.agent.linux.netlink.Attributes;

/**
 * All of a table but the elements of its sets. Two that were read are equal when nobody changed anything between: every rule has a handle
 * that no other gets, and one that is replaced gets a new one. What was read is compared with what was asked for by {@link #isMadeAs}:
 * the kernel tells more than it was told.
 *
 * @param flags of the table
 */
public record TableShape(int flags, Map<String, Chain> chains, Map<String, SetShape> sets) {
    /** A chain that packets meet only where a rule sends them there. */
    private static final int NO_HOOK = -1;

    /**
     * A chain.
     *
     * @param hook where it meets packets; -1: nowhere
     * @param rules in their order
     */
    public record Chain(int hook, int priority, String type, int policy, List<Rule> rules) {
        boolean meetsPacketsLike(Chain other) {
            return hook == other.hook && priority == other.priority && type.equals(other.type);
        }
    }

    /** @param expressions the attribute's octets */
    public record Rule(long handle, ByteBuffer expressions) {}

    /** A set's or map's definition. */
    public record SetShape(
            int flags,
            int keyType,
            int keyLength,
            int dataType,
            int dataLength,
            int size,
            List<Integer> fields,
            long timeout) {}

    /** What {@code transaction} makes of nothing. */
    public static TableShape of(Transaction transaction) {
        Collected collected = new Collected("");
        ByteBuffer messages = ByteBuffer.wrap(transaction.toOctets()).order(ByteOrder.nativeOrder());
        for (int at = 0; at < messages.limit(); ) {
            int length = messages.getInt(at);
            collected.take(
                    messages.getShort(at + 4) & 0xff,
                    new Attributes(messages.slice(at + 16 + NFGENMSG_SIZE, length - 16 - NFGENMSG_SIZE)));
            at += length + 3 & ~3;
        }
        return collected.shape();
    }

    /** From messages about a table that was read, or is to be made. */
    static final class Collected {
        private final String table;
        private int flags;
        private final Map<String, Chain> chains = new HashMap<>();
        private final Map<String, List<Rule>> rules = new HashMap<>();
        private final Map<String, SetShape> sets = new HashMap<>();

        /** @param table others are left out; empty: none is */
        Collected(String table) {
            this.table = table;
        }

        TableShape shape() {
            Map<String, Chain> all = new HashMap<>();
            chains.forEach((name, chain) -> all.put(
                    name,
                    new Chain(
                            chain.hook,
                            chain.priority,
                            chain.type,
                            chain.policy,
                            List.copyOf(rules.getOrDefault(name, List.of())))));
            return new TableShape(flags, Map.copyOf(all), Map.copyOf(sets));
        }

        /** @param type as when it is made */
        void take(int type, Attributes a) {
            switch (type) {
                case NFT_MSG_NEWTABLE -> takeTable(a);
                case NFT_MSG_NEWCHAIN -> takeChain(a);
                case NFT_MSG_NEWRULE -> takeRule(a);
                case NFT_MSG_NEWSET -> takeSet(a);
                default -> {}
            }
        }

        /** What was read of a kind is incomplete. */
        void forget(int type) {
            switch (type) {
                case NFT_MSG_NEWCHAIN -> chains.clear();
                case NFT_MSG_NEWRULE -> rules.clear();
                case NFT_MSG_NEWSET -> sets.clear();
                default -> {}
            }
        }

        private boolean isOurs(String of) {
            return table.isEmpty() || table.equals(of);
        }

        private void takeTable(Attributes a) {
            while (a.next()) {
                if (a.type() == NFTA_TABLE_FLAGS) {
                    flags = a.net32();
                }
            }
        }

        private void takeChain(Attributes a) {
            String of = "";
            String name = "";
            int hook = NO_HOOK;
            int priority = 0;
            String type = "";
            int policy = NF_ACCEPT;
            while (a.next()) {
                switch (a.type()) {
                    case NFTA_CHAIN_TABLE -> of = a.text();
                    case NFTA_CHAIN_NAME -> name = a.text();
                    case NFTA_CHAIN_TYPE -> type = a.text();
                    case NFTA_CHAIN_POLICY -> policy = a.net32();
                    case NFTA_CHAIN_HOOK -> {
                        Attributes at = a.nested();
                        while (at.next()) {
                            switch (at.type()) {
                                case NFTA_HOOK_HOOKNUM -> hook = at.net32();
                                case NFTA_HOOK_PRIORITY -> priority = at.net32();
                                default -> {}
                            }
                        }
                    }
                    default -> {}
                }
            }
            if (isOurs(of)) {
                chains.put(name, new Chain(hook, priority, type, policy, List.of()));
            }
        }

        private void takeRule(Attributes a) {
            String of = "";
            String chain = "";
            long handle = 0;
            byte[] expressions = {};
            while (a.next()) {
                switch (a.type()) {
                    case NFTA_RULE_TABLE -> of = a.text();
                    case NFTA_RULE_CHAIN -> chain = a.text();
                    case NFTA_RULE_HANDLE -> handle = a.net64();
                    case NFTA_RULE_EXPRESSIONS -> expressions = a.octets();
                    default -> {}
                }
            }
            if (isOurs(of)) {
                rules.computeIfAbsent(chain, any -> new ArrayList<>())
                        .add(new Rule(handle, ByteBuffer.wrap(expressions)));
            }
        }

        private void takeSet(Attributes a) {
            String of = "";
            String name = "";
            int setFlags = 0;
            int keyType = 0;
            int keyLength = 0;
            int dataType = 0;
            int dataLength = 0;
            int size = 0;
            List<Integer> fields = new ArrayList<>();
            long timeout = 0;
            while (a.next()) {
                switch (a.type()) {
                    case NFTA_SET_TABLE -> of = a.text();
                    case NFTA_SET_NAME -> name = a.text();
                    case NFTA_SET_FLAGS -> setFlags = a.net32();
                    case NFTA_SET_KEY_TYPE -> keyType = a.net32();
                    case NFTA_SET_KEY_LEN -> keyLength = a.net32();
                    case NFTA_SET_DATA_TYPE -> dataType = a.net32();
                    case NFTA_SET_DATA_LEN -> dataLength = a.net32();
                    case NFTA_SET_TIMEOUT -> timeout = a.net64();
                    case NFTA_SET_DESC -> {
                        Attributes description = a.nested();
                        while (description.next()) {
                            switch (description.type()) {
                                case NFTA_SET_DESC_SIZE -> size = description.net32();
                                case NFTA_SET_DESC_CONCAT -> fields.addAll(fields(description.nested()));
                                default -> {}
                            }
                        }
                    }
                    default -> {}
                }
            }
            // Sets without a name of their own belong to a rule, and are seen by it.
            if (isOurs(of) && (setFlags & NFT_SET_ANONYMOUS) == 0) {
                sets.put(
                        name,
                        new SetShape(
                                setFlags,
                                keyType,
                                keyLength,
                                dataType,
                                dataLength,
                                size,
                                List.copyOf(fields),
                                timeout));
            }
        }

        private static List<Integer> fields(Attributes list) {
            List<Integer> fields = new ArrayList<>();
            while (list.next()) {
                Attributes field = list.nested();
                while (field.next()) {
                    if (field.type() == NFTA_SET_FIELD_LEN) {
                        fields.add(field.net32());
                    }
                }
            }
            return fields;
        }
    }

    /** Whether this, which was read, is what {@code wanted} asks for. */
    public boolean isMadeAs(TableShape wanted) {
        return differences(wanted).isEmpty();
    }

    /** What is not as {@code wanted}, in words. */
    public Set<String> differences(TableShape wanted) {
        Set<String> differences = new TreeSet<>();
        if (flags != wanted.flags) {
            differences.add("flags of the table");
        }
        otherSets(wanted).forEach(name -> differences.add("set " + name));
        Set<String> names = new TreeSet<>(chains.keySet());
        names.addAll(wanted.chains.keySet());
        for (String name : names) {
            Chain present = chains.get(name);
            Chain asked = wanted.chains.get(name);
            if (present == null
                    || asked == null
                    || !present.meetsPacketsLike(asked)
                    || present.policy != asked.policy) {
                differences.add("chain " + name);
            } else if (!areMadeAs(present.rules, asked.rules)) {
                differences.add("rules of chain " + name);
            }
        }
        return differences;
    }

    /** Names of sets that are not there, not wanted, or defined otherwise than wanted. */
    public Set<String> otherSets(TableShape wanted) {
        Set<String> others = new TreeSet<>(sets.keySet());
        others.addAll(wanted.sets.keySet());
        others.removeIf(name -> sets.containsKey(name) && sets.get(name).equals(wanted.sets.get(name)));
        return others;
    }

    /**
     * Takes away all rules, and the sets and chains that are not as {@code wanted}: what makes the wanted table of nothing then makes it of
     * the rest, too, and elements of the other sets stay.
     */
    public void clearFor(TableShape wanted, Transaction transaction) {
        transaction.deleteRules();
        for (String name : otherSets(wanted)) {
            if (sets.containsKey(name)) {
                transaction.deleteSet(name);
            }
        }
        chains.forEach((name, chain) -> {
            Chain asked = wanted.chains.get(name);
            if (asked == null || !chain.meetsPacketsLike(asked)) {
                transaction.deleteChain(name);
            }
        });
    }

    private static boolean areMadeAs(List<Rule> present, List<Rule> wanted) {
        if (present.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < present.size(); i++) {
            ByteBuffer read = present.get(i).expressions;
            ByteBuffer asked = wanted.get(i).expressions;
            if (!covers(new Attributes(read.duplicate()), new Attributes(asked.duplicate()))) {
                return false;
            }
        }
        return true;
    }

    /** An attribute: of its value one is there. */
    @SuppressWarnings("ArrayRecordComponent") // Never a key.
    private record Value(int type, Attributes nested, byte[] octets, boolean isNested) {
        static List<Value> all(Attributes a) {
            List<Value> all = new ArrayList<>();
            while (a.next()) {
                all.add(new Value(a.type(), a.nested(), a.octets(), a.isNested()));
            }
            return all;
        }

        boolean saysNothing() {
            for (byte octet : octets) {
                if (octet != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Whether all that was asked for was read, those of a type in their order, and what only one of the two has is 0. */
    private static boolean covers(Attributes read, Attributes asked) {
        List<Value> missing = Value.all(asked);
        for (Value value : Value.all(read)) {
            Optional<Value> first =
                    missing.stream().filter(each -> each.type == value.type).findFirst();
            if (first.isEmpty()) {
                if (!value.saysNothing()) {
                    return false;
                }
                continue;
            }
            Value counterpart = first.get();
            missing.remove(counterpart);
            boolean same = counterpart.isNested
                    ? covers(value.nested, counterpart.nested)
                    : Arrays.equals(value.octets, counterpart.octets);
            if (!same) {
                return false;
            }
        }
        return missing.stream().allMatch(Value::saysNothing);
    }
}

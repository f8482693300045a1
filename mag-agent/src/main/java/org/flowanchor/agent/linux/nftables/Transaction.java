package org.flowanchor.agent.linux.nftables;

import static org.flowanchor.agent.linux.nftables.Nftables.*;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;

/**
 * Changes of one {@code inet} table that the kernel makes all at once or not at all. Reusable after {@link #commit}; keeps its memory.
 *
 * <p>Trap: only the last change asks for an acknowledgement. With one on every element the answers overran the socket's buffer; errors
 * of the others are reported all the same.
 */
public final class Transaction {
    private static final int ELEMENTS_PER_MESSAGE = 128;

    private final String table;
    private final MessageBuilder messages = new MessageBuilder(8192);
    /** What each message is about, said when it is refused. */
    private final List<Object> objects = new ArrayList<>();

    private int setNumber;

    public Transaction(String table) {
        this.table = table;
        restart();
    }

    private void restart() {
        messages.clear();
        objects.clear();
        setNumber = 0;
        batch(NFNL_MSG_BATCH_BEGIN, "begin of batch");
    }

    public boolean isEmpty() {
        return messages.count() == 1;
    }

    /** @param comment shown by listings */
    public Transaction addTable(String comment) {
        begin(NFT_MSG_NEWTABLE, Netlink.NLM_F_CREATE, "table add " + table)
                .attribute(NFTA_TABLE_NAME, table)
                .attributeNet32(NFTA_TABLE_FLAGS, 0)
                .attribute(NFTA_TABLE_USERDATA, UserData.comment(comment));
        return this;
    }

    public Transaction deleteTable() {
        return deleteTable(table);
    }

    /** Another one. */
    public Transaction deleteTable(String name) {
        begin(NFT_MSG_DELTABLE, 0, "table delete " + name).attribute(NFTA_TABLE_NAME, name);
        return this;
    }

    public Transaction addSet(SetDefinition set) {
        begin(NFT_MSG_NEWSET, Netlink.NLM_F_CREATE, "set add " + set.name())
                .attribute(NFTA_SET_TABLE, table)
                .attribute(NFTA_SET_NAME, set.name())
                .attributeNet32(
                        NFTA_SET_FLAGS,
                        (set.map() ? NFT_SET_MAP : 0)
                                | (set.interval() ? NFT_SET_INTERVAL : 0)
                                | (set.fields().isEmpty() ? 0 : NFT_SET_CONCAT))
                .attributeNet32(NFTA_SET_KEY_TYPE, set.keyType())
                .attributeNet32(NFTA_SET_KEY_LEN, set.keyLength());
        if (set.map()) {
            messages.attributeNet32(NFTA_SET_DATA_TYPE, 0x13).attributeNet32(NFTA_SET_DATA_LEN, 4);
        }
        messages.attributeNet32(NFTA_SET_ID, ++setNumber);
        int description = messages.open(NFTA_SET_DESC);
        messages.attributeNet32(NFTA_SET_DESC_SIZE, set.size());
        if (!set.fields().isEmpty()) {
            int fields = messages.open(NFTA_SET_DESC_CONCAT);
            for (int length : set.fields()) {
                int field = messages.open(NFTA_LIST_ELEM);
                messages.attributeNet32(NFTA_SET_FIELD_LEN, length).close(field);
            }
            messages.close(fields);
        }
        messages.close(description);
        if (!set.description().isEmpty()) {
            messages.attribute(NFTA_SET_USERDATA, set.userData());
        }
        if (set.counter()) {
            int expression = messages.open(NFTA_SET_EXPR);
            messages.attribute(NFTA_EXPR_NAME, "counter");
            messages.close(messages.open(NFTA_EXPR_DATA)).close(expression);
        }
        return this;
    }

    /**
     * A set that rules change, too, and whose elements end by themselves.
     *
     * @param keyType as in {@link SetDefinition}
     * @param timeout of elements that name none; zero: they stay
     */
    public Transaction addTimedSet(String set, int keyType, int keyLength, int size, Duration timeout) {
        begin(NFT_MSG_NEWSET, Netlink.NLM_F_CREATE, "set add " + set)
                .attribute(NFTA_SET_TABLE, table)
                .attribute(NFTA_SET_NAME, set)
                .attributeNet32(NFTA_SET_FLAGS, NFT_SET_TIMEOUT | NFT_SET_EVAL)
                .attributeNet32(NFTA_SET_KEY_TYPE, keyType)
                .attributeNet32(NFTA_SET_KEY_LEN, keyLength);
        if (!timeout.isZero()) {
            messages.attributeNet64(NFTA_SET_TIMEOUT, timeout.toMillis());
        }
        messages.attributeNet32(NFTA_SET_ID, ++setNumber);
        int description = messages.open(NFTA_SET_DESC);
        messages.attributeNet32(NFTA_SET_DESC_SIZE, size).close(description);
        return this;
    }

    /** Where a chain meets packets. */
    public enum Hook {
        PREROUTING(NF_INET_PRE_ROUTING),
        OUTPUT(NF_INET_LOCAL_OUT);

        final int number;

        Hook(int number) {
            this.number = number;
        }
    }

    /** A filter chain; its verdict is "accept" where no rule says otherwise. */
    public Transaction addChain(String chain, Hook at, int priority) {
        begin(NFT_MSG_NEWCHAIN, Netlink.NLM_F_CREATE, "chain add " + chain)
                .attribute(NFTA_CHAIN_TABLE, table)
                .attribute(NFTA_CHAIN_NAME, chain)
                .attribute(NFTA_CHAIN_TYPE, "filter")
                .attributeNet32(NFTA_CHAIN_POLICY, NF_ACCEPT);
        int hook = messages.open(NFTA_CHAIN_HOOK);
        messages.attributeNet32(NFTA_HOOK_HOOKNUM, at.number)
                .attributeNet32(NFTA_HOOK_PRIORITY, priority)
                .close(hook);
        return this;
    }

    /** A chain that packets meet only where a rule sends them there. */
    public Transaction addChain(String chain) {
        begin(NFT_MSG_NEWCHAIN, Netlink.NLM_F_CREATE, "chain add " + chain)
                .attribute(NFTA_CHAIN_TABLE, table)
                .attribute(NFTA_CHAIN_NAME, chain);
        return this;
    }

    public Transaction deleteSet(String set) {
        begin(NFT_MSG_DELSET, 0, "set delete " + set)
                .attribute(NFTA_SET_TABLE, table)
                .attribute(NFTA_SET_NAME, set);
        return this;
    }

    public Transaction deleteChain(String chain) {
        begin(NFT_MSG_DELCHAIN, 0, "chain delete " + chain)
                .attribute(NFTA_CHAIN_TABLE, table)
                .attribute(NFTA_CHAIN_NAME, chain);
        return this;
    }

    /** All rules of the table; there need not be any. */
    public Transaction deleteRules() {
        begin(NFT_MSG_DELRULE, 0, "rules delete of table " + table).attribute(NFTA_RULE_TABLE, table);
        return this;
    }

    /** All rules of a chain; there need not be any. */
    public Transaction deleteRules(String chain) {
        begin(NFT_MSG_DELRULE, 0, "rules delete of chain " + chain)
                .attribute(NFTA_RULE_TABLE, table)
                .attribute(NFTA_RULE_CHAIN, chain);
        return this;
    }

    /** Appends a rule. */
    public Transaction addRule(String chain, Consumer<Expressions> body) {
        begin(NFT_MSG_NEWRULE, Netlink.NLM_F_CREATE | Netlink.NLM_F_APPEND, "rule add to chain " + chain)
                .attribute(NFTA_RULE_TABLE, table)
                .attribute(NFTA_RULE_CHAIN, chain);
        int expressions = messages.open(NFTA_RULE_EXPRESSIONS);
        body.accept(new Expressions(messages));
        messages.close(expressions);
        return this;
    }

    /** Adding an element that is there with the same value is success, with another value EEXIST. */
    public Transaction addElements(String set, Collection<SetElement> elements) {
        return elements(NFT_MSG_NEWSETELEM, Netlink.NLM_F_CREATE, "element add to " + set, set, elements);
    }

    /**
     * The element lasts from now on for {@code timeout}, whether it was there or not. Not every kernel changes the time of an element
     * that is there, and deleting a missing one would fail: so it is added, deleted and added, and no packet sees any of it.
     */
    public Transaction renewElement(String set, byte[] key, Duration timeout) {
        Collection<SetElement> element = List.of(SetElement.of(key));
        addElements(set, element);
        deleteElements(set, element);
        begin(NFT_MSG_NEWSETELEM, Netlink.NLM_F_CREATE, "element renew in " + set)
                .attribute(NFTA_SET_ELEM_LIST_TABLE, table)
                .attribute(NFTA_SET_ELEM_LIST_SET, set);
        int list = messages.open(NFTA_SET_ELEM_LIST_ELEMENTS);
        int opened = messages.open(NFTA_LIST_ELEM);
        value(NFTA_SET_ELEM_KEY, key);
        messages.attributeNet64(NFTA_SET_ELEM_TIMEOUT, timeout.toMillis())
                .close(opened)
                .close(list);
        return this;
    }

    /** The element is not there afterwards, whether it was or not. */
    public Transaction removeElement(String set, byte[] key) {
        Collection<SetElement> element = List.of(SetElement.of(key));
        return addElements(set, element).deleteElements(set, element);
    }

    /** Deleting a missing element is ENOENT. */
    public Transaction deleteElements(String set, Collection<SetElement> elements) {
        return elements(NFT_MSG_DELSETELEM, 0, "element delete from " + set, set, elements);
    }

    /** One that is alone in its message. */
    private record OneElement(String change, SetElement element) {
        @Override
        public String toString() {
            return change + " " + element;
        }
    }

    private Transaction elements(int type, int flags, String object, String set, Collection<SetElement> elements) {
        int opened = -1;
        int inMessage = 0;
        for (SetElement element : elements) {
            if (inMessage == 0) {
                begin(type, flags, elements.size() == 1 ? new OneElement(object, element) : object)
                        .attribute(NFTA_SET_ELEM_LIST_TABLE, table)
                        .attribute(NFTA_SET_ELEM_LIST_SET, set);
                opened = messages.open(NFTA_SET_ELEM_LIST_ELEMENTS);
            }
            encode(element, type == NFT_MSG_DELSETELEM);
            inMessage++;
            if (inMessage == ELEMENTS_PER_MESSAGE) {
                messages.close(opened);
                inMessage = 0;
            }
        }
        if (inMessage > 0) {
            messages.close(opened);
        }
        return this;
    }

    private void encode(SetElement element, boolean keyOnly) {
        int opened = messages.open(NFTA_LIST_ELEM);
        value(NFTA_SET_ELEM_KEY, element.key());
        if (element.keyEnd() != null) {
            value(NFTA_SET_ELEM_KEY_END, element.keyEnd());
        }
        if (element.intervalEnd()) {
            messages.attributeNet32(NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
        }
        if (!keyOnly) {
            if (element.value() != null) {
                value(NFTA_SET_ELEM_DATA, Expressions.host32(element.value()));
            }
            if (!element.comment().isEmpty()) {
                messages.attribute(NFTA_SET_ELEM_USERDATA, UserData.comment(element.comment()));
            }
        }
        messages.close(opened);
    }

    private void value(int type, byte[] octets) {
        int data = messages.open(type);
        messages.attribute(NFTA_DATA_VALUE, octets).close(data);
    }

    /**
     * Hands all changes to the kernel; an empty transaction does nothing.
     *
     * @throws SystemCallException the first refusal, naming the object; nothing was changed
     */
    public void commit(NetlinkSocket socket) throws SystemCallException {
        try {
            if (!isEmpty()) {
                messages.addFlags(Netlink.NLM_F_ACK);
                int acknowledged = messages.count() - 1;
                batch(NFNL_MSG_BATCH_END, "end of batch");
                socket.batch(messages, acknowledged, index -> objects.get(index).toString());
            }
        } finally {
            restart();
        }
    }

    /** The messages, for tests of the encoding. */
    byte[] toOctets() {
        return messages.toOctets();
    }

    private MessageBuilder begin(int type, int flags, Object object) {
        objects.add(object);
        return messages.begin(NFNL_SUBSYS_NFTABLES << 8 | type, flags)
                .int8(NFPROTO_INET)
                .int8(0)
                .net16(0);
    }

    private void batch(int type, String object) {
        objects.add(object);
        messages.begin(type, 0).int8(NFPROTO_UNSPEC).int8(0).net16(NFNL_SUBSYS_NFTABLES);
    }
}

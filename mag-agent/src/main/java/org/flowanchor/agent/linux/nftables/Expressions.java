package org.flowanchor.agent.linux.nftables;

import static org.flowanchor.agent.linux.nftables.Nftables.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.flowanchor.agent.linux.netlink.MessageBuilder;

/**
 * Body of a rule: expressions evaluated in order; the first that does not match, or a lookup that finds nothing, ends the rule and the
 * next rule follows. Registers do not survive the rule.
 */
public final class Expressions {
    /** Where an offset counts from. */
    public enum Base {
        NETWORK_HEADER(1),
        TRANSPORT_HEADER(2);

        final int number;

        Base(int number) {
            this.number = number;
        }
    }

    private final MessageBuilder message;

    Expressions(MessageBuilder message) {
        this.message = message;
    }

    public Expressions load(MetaKey key, Register into) {
        int[] opened = open("meta");
        message.attributeNet32(NFTA_META_KEY, key.number).attributeNet32(NFTA_META_DREG, into.number());
        return close(opened);
    }

    public Expressions storeMark(Register from) {
        int[] opened = open("meta");
        message.attributeNet32(NFTA_META_KEY, MetaKey.MARK.number).attributeNet32(NFTA_META_SREG, from.number());
        return close(opened);
    }

    /** Keeps the value with the connection. */
    public Expressions storeConnectionMark(Register from) {
        int[] opened = open("ct");
        message.attributeNet32(NFTA_CT_KEY, NFT_CT_MARK).attributeNet32(NFTA_CT_SREG, from.number());
        return close(opened);
    }

    /** Status bits of the connection; ends the rule for a packet that is not tracked. */
    public Expressions loadConnectionStatus(Register into) {
        int[] opened = open("ct");
        message.attributeNet32(NFTA_CT_KEY, NFT_CT_STATUS).attributeNet32(NFTA_CT_DREG, into.number());
        return close(opened);
    }

    public Expressions payload(Base base, int offset, int length, Register into) {
        int[] opened = open("payload");
        message.attributeNet32(NFTA_PAYLOAD_DREG, into.number())
                .attributeNet32(NFTA_PAYLOAD_BASE, base.number)
                .attributeNet32(NFTA_PAYLOAD_OFFSET, offset)
                .attributeNet32(NFTA_PAYLOAD_LEN, length);
        return close(opened);
    }

    /** Writes to the packet; no checksum covers the octets. */
    public Expressions storePayload(Base base, int offset, int length, Register from) {
        int[] opened = open("payload");
        message.attributeNet32(NFTA_PAYLOAD_SREG, from.number())
                .attributeNet32(NFTA_PAYLOAD_BASE, base.number)
                .attributeNet32(NFTA_PAYLOAD_OFFSET, offset)
                .attributeNet32(NFTA_PAYLOAD_LEN, length)
                .attributeNet32(NFTA_PAYLOAD_CSUM_TYPE, 0)
                .attributeNet32(NFTA_PAYLOAD_CSUM_OFFSET, 0)
                .attributeNet32(NFTA_PAYLOAD_CSUM_FLAGS, 0);
        return close(opened);
    }

    /** Keeps the bits of {@code mask}, which is as long as the value. */
    public Expressions mask(Register register, byte[] mask) {
        return combine(register, mask, new byte[mask.length]);
    }

    /** Keeps the bits of {@code mask} and inverts those of {@code flipped}; both are as long as the value. */
    public Expressions combine(Register register, byte[] mask, byte[] flipped) {
        int[] opened = open("bitwise");
        message.attributeNet32(NFTA_BITWISE_SREG, register.number())
                .attributeNet32(NFTA_BITWISE_DREG, register.number())
                .attributeNet32(NFTA_BITWISE_LEN, mask.length);
        value(NFTA_BITWISE_MASK, mask);
        value(NFTA_BITWISE_XOR, flipped);
        return close(opened);
    }

    /** Turns 32 bits from host into network order. */
    public Expressions toNetworkOrder(Register register) {
        int[] opened = open("byteorder");
        message.attributeNet32(NFTA_BYTEORDER_SREG, register.number())
                .attributeNet32(NFTA_BYTEORDER_DREG, register.number())
                .attributeNet32(NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON)
                .attributeNet32(NFTA_BYTEORDER_LEN, 4)
                .attributeNet32(NFTA_BYTEORDER_SIZE, 4);
        return close(opened);
    }

    /** Matches when the register equals {@code value}. */
    public Expressions isEqual(Register register, byte[] value) {
        return compare(register, NFT_CMP_EQ, value);
    }

    /** Matches when the register does not equal {@code value}. */
    public Expressions isNotEqual(Register register, byte[] value) {
        return compare(register, NFT_CMP_NEQ, value);
    }

    private Expressions compare(Register register, int operation, byte[] value) {
        int[] opened = open("cmp");
        message.attributeNet32(NFTA_CMP_SREG, register.number()).attributeNet32(NFTA_CMP_OP, operation);
        value(NFTA_CMP_DATA, value);
        return close(opened);
    }

    /** Replaces the key at {@code register} by what the map has for it; ends the rule when it has nothing. */
    public Expressions translate(Register register, String map) {
        int[] opened = open("lookup");
        message.attributeNet32(NFTA_LOOKUP_SREG, register.number())
                .attributeNet32(NFTA_LOOKUP_DREG, register.number())
                .attribute(NFTA_LOOKUP_SET, map);
        return close(opened);
    }

    /** Matches when the key is in the set. */
    public Expressions isIn(Register register, String set) {
        int[] opened = open("lookup");
        message.attribute(NFTA_LOOKUP_SET, set).attributeNet32(NFTA_LOOKUP_SREG, register.number());
        return close(opened);
    }

    /** Puts the key into the set, or lets its time begin anew; ends the rule when the set is full. */
    public Expressions update(Register register, String set) {
        return change(register, set, NFT_DYNSET_OP_UPDATE, false);
    }

    /** Like {@link #update}, and its element counts the packet. */
    public Expressions count(Register register, String set) {
        return change(register, set, NFT_DYNSET_OP_UPDATE, true);
    }

    /** Takes the key out of the set. */
    public Expressions delete(Register register, String set) {
        return change(register, set, NFT_DYNSET_OP_DELETE, false);
    }

    private Expressions change(Register register, String set, int operation, boolean counter) {
        int[] opened = open("dynset");
        message.attributeNet32(NFTA_DYNSET_SREG_KEY, register.number())
                .attributeNet32(NFTA_DYNSET_OP, operation)
                .attribute(NFTA_DYNSET_SET_NAME, set);
        if (counter) {
            int expression = message.open(NFTA_DYNSET_EXPR);
            message.attribute(NFTA_EXPR_NAME, "counter");
            message.close(message.open(NFTA_EXPR_DATA)).close(expression);
        }
        return close(opened);
    }

    /** Matches the packets beyond {@code perSecond} each second, after {@code burst} at once. */
    public Expressions isMoreOftenThan(int perSecond, int burst) {
        int[] opened = open("limit");
        message.attributeNet64(NFTA_LIMIT_RATE, perSecond)
                .attributeNet64(NFTA_LIMIT_UNIT, 1)
                .attributeNet32(NFTA_LIMIT_BURST, burst)
                .attributeNet32(NFTA_LIMIT_TYPE, NFT_LIMIT_PKTS)
                .attributeNet32(NFTA_LIMIT_FLAGS, NFT_LIMIT_F_INV);
        return close(opened);
    }

    /** Matches when the key is not in the set. */
    public Expressions isNotIn(Register register, String set) {
        int[] opened = open("lookup");
        message.attribute(NFTA_LOOKUP_SET, set)
                .attributeNet32(NFTA_LOOKUP_SREG, register.number())
                .attributeNet32(NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
        return close(opened);
    }

    public Expressions immediate(Register register, byte[] value) {
        int[] opened = open("immediate");
        message.attributeNet32(NFTA_IMMEDIATE_DREG, register.number());
        value(NFTA_IMMEDIATE_DATA, value);
        return close(opened);
    }

    /** Ends the chain; the packet goes on. */
    public Expressions accept() {
        int[] opened = open("immediate");
        message.attributeNet32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
        int data = message.open(NFTA_IMMEDIATE_DATA);
        int verdict = message.open(NFTA_DATA_VERDICT);
        message.attributeNet32(NFTA_VERDICT_CODE, NF_ACCEPT).close(verdict).close(data);
        return close(opened);
    }

    /** Goes on in another chain, and at its end as at the end of this one. */
    public Expressions goTo(String chain) {
        int[] opened = open("immediate");
        message.attributeNet32(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
        int data = message.open(NFTA_IMMEDIATE_DATA);
        int verdict = message.open(NFTA_DATA_VERDICT);
        message.attributeNet32(NFTA_VERDICT_CODE, NFT_GOTO)
                .attribute(NFTA_VERDICT_CHAIN, chain)
                .close(verdict)
                .close(data);
        return close(opened);
    }

    /** Keeps the packet out of connection tracking. */
    public Expressions doNotTrack() {
        int element = message.open(NFTA_LIST_ELEM);
        message.attribute(NFTA_EXPR_NAME, "notrack").close(element);
        return this;
    }

    /** An integer as registers hold it: host order. */
    public static byte[] host32(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    /** An interface name as registers hold it. */
    public static byte[] interfaceName(String name) {
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        if (octets.length > 15) {
            throw new IllegalArgumentException("interface name too long: " + name);
        }
        return ByteBuffer.allocate(16).put(octets).array();
    }

    private void value(int type, byte[] octets) {
        int data = message.open(type);
        message.attribute(NFTA_DATA_VALUE, octets).close(data);
    }

    private int[] open(String name) {
        int element = message.open(NFTA_LIST_ELEM);
        message.attribute(NFTA_EXPR_NAME, name);
        return new int[] {element, message.open(NFTA_EXPR_DATA)};
    }

    private Expressions close(int[] opened) {
        message.close(opened[1]).close(opened[0]);
        return this;
    }
}

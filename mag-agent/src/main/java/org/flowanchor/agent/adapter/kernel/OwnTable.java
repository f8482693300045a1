package org.flowanchor.agent.adapter.kernel;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.TableReader;
import org.flowanchor.agent.linux.nftables.TableShape;
import org.jspecify.annotations.Nullable;

/**
 * What is known of our table besides its elements: as it was read last, and as the kernel told it right after we had made it.
 *
 * <p>Trap: a fresh process can only compare what it reads with what it would ask for. A kernel that tells more of a rule than we know of
 * costs one making of the rules for each start, not one for each look.
 */
final class OwnTable {
    /** How the comment of an agent's table begins, whatever the table's name is. */
    private static final Pattern COMMENT = Pattern.compile("(ruleset|gateway) [0-9]+, backhaul .*");

    private final String name;
    private final TableReader reader;
    private @Nullable String comment;
    private @Nullable TableShape present;
    private @Nullable TableShape left;
    private @Nullable TableShape leftFor;

    OwnTable(String name, TableReader reader) {
        this.name = name;
        this.reader = reader;
    }

    /** Names of the tables of agents: of this one, and of an earlier one that called it otherwise. */
    static Set<String> all(NetlinkSocket socket) throws SystemCallException {
        Set<String> names = new TreeSet<>();
        TableReader.comments(socket).forEach((table, comment) -> {
            if (COMMENT.matcher(comment).matches()) {
                names.add(table);
            }
        });
        return names;
    }

    /**
     * The table that an earlier agent called otherwise, where there is none of this name.
     *
     * @return null when there is no such table
     */
    @Nullable
    String former(NetlinkSocket socket) throws SystemCallException {
        return present == null ? all(socket).stream().findFirst().orElse(null) : null;
    }

    void read() throws SystemCallException {
        comment = reader.comment();
        present = reader.shape();
    }

    /** Null: there was none. */
    @Nullable
    TableShape present() {
        return present;
    }

    /** Null: there was none, or it had none. */
    @Nullable
    String comment() {
        return comment;
    }

    /** Whether it was there, with this comment. */
    boolean isThere(String wanted) {
        return present != null && wanted.equals(comment);
    }

    /** Whether what was read is not what we had left. */
    boolean wasChanged() {
        return left != null && !left.equals(present);
    }

    /** Whether what was read is what we had left, and had this comment. */
    boolean isAsLeft(String wanted) {
        return left != null && left.equals(present) && isThere(wanted);
    }

    /** What of {@code wanted} was not there, and what else was, in words. */
    Set<String> differences(TableShape wanted) {
        return differences(present, wanted);
    }

    private Set<String> differences(@Nullable TableShape shape, TableShape wanted) {
        if (shape == null) {
            return Set.of("table");
        }
        return shape.equals(left) && wanted.equals(leftFor) ? Set.of() : shape.differences(wanted);
    }

    /**
     * Remembers what we made, unless somebody was there meanwhile.
     *
     * @param generation that our transaction led to
     */
    void made(String itsComment, TableShape wanted, int generation) throws SystemCallException {
        read();
        boolean ours = reader.generation() == generation && isThere(itsComment);
        left = ours ? present : null;
        leftFor = ours ? wanted : null;
    }

    /** What was found to be as it should be. */
    void found(TableShape wanted) {
        left = present;
        leftFor = wanted;
    }

    /** Reads beside what is known, which stays. */
    void compare(String wantedComment, TableShape wanted, KernelComparison comparison) throws SystemCallException {
        String there = reader.comment();
        String detail = "";
        if (there != null && !there.equals(wantedComment)) {
            detail = "there is \"" + there + "\"";
        } else if (there != null) {
            detail = String.join(", ", differences(reader.shape(), wanted));
        }
        comparison.add(
                "table",
                "inet " + name,
                there != null && detail.isEmpty() ? Condition.PRESENT : Condition.MISSING,
                there == null || detail.isEmpty() || detail.startsWith("there is") ? detail : "changed: " + detail);
    }
}

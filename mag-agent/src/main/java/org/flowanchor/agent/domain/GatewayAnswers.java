package org.flowanchor.agent.domain;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Which gateways still answer the anchor's questions, counted in rounds.
 *
 * <pre>
 * state     round without answer           round with answer
 * unknown   unknown                        answering
 * answering silent after so many in a row  answering
 * silent    silent                         answering after as many in a row
 * </pre>
 *
 * A gateway that never answered is never judged: it may be one that answers nobody. One that could not be asked in a round has not missed
 * it. While all that ever answered are silent, and they are
 * several, nobody is judged: then the fault is nearer than they are, and nothing better is known than what was. Who was silent before
 * the last of them stays so.
 */
public final class GatewayAnswers {
    private final int rounds;
    private final Map<ProxyCareOfAddress, Account> accounts = new HashMap<>();

    /** What the last round ended with. */
    private Set<ProxyCareOfAddress> told = Set.of();

    private static final class Account {
        private boolean known;
        private boolean silent;
        private boolean answered;
        private boolean unasked;
        private int inARow;
    }

    /** @param rounds without an answer until a gateway counts as silent, and with one until it does not any more */
    public GatewayAnswers(int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds " + rounds);
        }
        this.rounds = rounds;
    }

    /** One of this round's answers. */
    public void answered(ProxyCareOfAddress gateway) {
        Account account = accounts.get(gateway);
        if (account != null) {
            account.answered = true;
        }
    }

    /** One of those that were to be asked in this round, and that was not. */
    public void unasked(ProxyCareOfAddress gateway) {
        Account account = accounts.get(gateway);
        if (account != null) {
            account.unasked = true;
        }
    }

    /**
     * Ends a round and begins the next.
     *
     * @param asked all that are asked in the next round; others are forgotten
     * @return the silent ones
     */
    public Set<ProxyCareOfAddress> next(Set<ProxyCareOfAddress> asked) {
        accounts.keySet().retainAll(asked);
        Set<ProxyCareOfAddress> silent = new HashSet<>();
        int known = 0;
        for (Map.Entry<ProxyCareOfAddress, Account> entry : accounts.entrySet()) {
            Account account = entry.getValue();
            judge(account);
            known += account.known ? 1 : 0;
            if (account.silent) {
                silent.add(entry.getKey());
            }
        }
        asked.forEach(gateway -> accounts.putIfAbsent(gateway, new Account()));
        if (silent.size() > 1 && silent.size() == known) {
            silent.retainAll(told);
        }
        told = Set.copyOf(silent);
        return told;
    }

    private void judge(Account account) {
        boolean answered = account.answered;
        boolean unasked = account.unasked;
        account.answered = false;
        account.unasked = false;
        if (unasked && !answered) {
            return;
        }
        account.known |= answered;
        if (!account.known || answered != account.silent) {
            account.inARow = 0;
        } else if (++account.inARow >= rounds) {
            account.silent = !account.silent;
            account.inARow = 0;
        }
    }
}

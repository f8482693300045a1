package org.flowanchor.agent.application;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What an operator on this machine may ask of the agent; nothing blocks, answers come from the loop that owns the state. */
public interface AgentControl {
    /** Role, streams, counts, terminals or anchor state: strings, numbers, booleans, lists and maps of them. */
    CompletableFuture<Map<String, Object>> status();

    /** Every object of ours in the kernel, read now; fails with a {@link KernelException}. */
    CompletableFuture<List<KernelObject>> objects();

    /** Triggers of the access network; empty at an anchor. */
    Optional<AttachmentControl> attachments();
}

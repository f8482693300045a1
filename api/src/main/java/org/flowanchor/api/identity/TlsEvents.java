package org.flowanchor.api.identity;

/** What a process wants to count and tell; called from any thread, must not block. */
public interface TlsEvents {
    /** @param text one line for an operator; what comes from the peer in it is bounded and printable */
    void refused(TlsRefusal reason, String text);

    /** The files changed and are in use now. */
    void reloaded(TlsStatus status);

    /** The files changed and cannot be used; those before stay in use. Told once per fault. */
    void notReloaded(String fault);

    /** Nobody listens. */
    TlsEvents NONE = new TlsEvents() {
        @Override
        public void refused(TlsRefusal reason, String text) {}

        @Override
        public void reloaded(TlsStatus status) {}

        @Override
        public void notReloaded(String fault) {}
    };
}

package org.flowanchor.agent.linux.ffm;

/** A refusal of the kernel with its error number. */
public class SystemCallException extends Exception {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * @param errno positive
     * @param object what was asked, for example {@code route add 2001:db8::/64 dev fa1}
     */
    public SystemCallException(int errno, String object) {
        this(errno, object, "");
    }

    /** @param explanation the kernel's own words, may be empty */
    public SystemCallException(int errno, String object, String explanation) {
        super(Errno.name(errno) + ", " + object + (explanation.isEmpty() ? "" : " (" + explanation + ")"));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}

package org.flowanchor.agent.adapter.kernel;

/** Elements of the maps that the rules of all groups share. */
record RulesRoom(int classes, int labels, int indexes, int names) {
    /** More than any group takes. */
    static final RulesRoom ANY =
            new RulesRoom(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

    static RulesRoom of(SteeringSizes sizes) {
        return new RulesRoom(sizes.classes(), sizes.labels(), sizes.indexes(), sizes.names());
    }

    boolean contains(RulesRoom other) {
        return other.classes <= classes && other.labels <= labels && other.indexes <= indexes && other.names <= names;
    }

    RulesRoom minus(RulesRoom taken) {
        return new RulesRoom(
                classes - taken.classes, labels - taken.labels, indexes - taken.indexes, names - taken.names);
    }

    @Override
    public String toString() {
        return classes + " boxes, " + labels + " ranges of flow labels, " + indexes
                + " of Security Parameters Indexes, " + names + " names";
    }
}

package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the agent's log says of an attachment can be found by the trace that its update carried. */
class AttachmentLogTest extends AccessLoopScene {
    private final Logger logger = (Logger) LoggerFactory.getLogger(AccessLoop.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    private List<String> lines(TraceContext trace) {
        return lines.list.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.endsWith(", trace " + trace.traceId()))
                .toList();
    }

    @Test
    void everyLineOfAProcedureNamesItsTrace() throws Exception {
        attach();
        assertThat(lines(traces.getLast())).singleElement().asString().contains("REGISTRATION", "status");

        after(Duration.ofSeconds(70));
        TraceContext extension = traces.getLast();
        assertThat(lines(extension)).as("not ended").isEmpty();
        loop.detach(LINK, LL_ID);
        loop.turn();
        TraceContext leaving = traces.getLast();
        assertThat(lines(extension)).singleElement().asString().contains("EXTENSION", "abandoned");
        assertThat(lines(leaving)).singleElement().asString().contains("left a0");
        answerLast(0);
        assertThat(lines(leaving)).hasSize(2).last().asString().contains("DEREGISTRATION", "status");

        happens(new RouterSolicited(LINK, LLA, LL_ID));
        answerLast(156);
        assertThat(lines(traces.getLast())).singleElement().asString().contains("repeated later");
    }
}

package org.flowanchor.agent.boot;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.LoggerFactory;

/** How log lines are written to standard output. */
enum LogFormat {
    /** For eyes. */
    text {
        @Override
        void apply() {}
    },
    /** One JSON object per line, for collectors. */
    json {
        @Override
        void apply() {
            LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
            JsonEncoder encoder = new JsonEncoder();
            encoder.setContext(context);
            encoder.setWithFormattedMessage(true);
            encoder.setWithMessage(false);
            encoder.setWithArguments(false);
            encoder.setWithContext(false);
            encoder.setWithNanoseconds(false);
            encoder.setWithSequenceNumber(false);
            encoder.start();
            ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
            console.setContext(context);
            console.setEncoder(encoder);
            console.start();
            Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            root.detachAndStopAllAppenders();
            root.addAppender(console);
        }
    };

    abstract void apply();
}

package org.flowanchor.agent.boot;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import org.slf4j.LoggerFactory;

/** How log lines are written to standard output. Told in code: what reads the library's XML and its patterns would stay in memory. */
enum LogFormat {
    /** For eyes. */
    text {
        @Override
        Encoder<ILoggingEvent> encoder() {
            LogLine line = new LogLine();
            line.start();
            LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
            encoder.setLayout(line);
            return encoder;
        }
    },
    /** One JSON object per line, for collectors. */
    json {
        @Override
        Encoder<ILoggingEvent> encoder() {
            JsonEncoder encoder = new JsonEncoder();
            encoder.setWithFormattedMessage(true);
            encoder.setWithMessage(false);
            encoder.setWithArguments(false);
            encoder.setWithContext(false);
            encoder.setWithNanoseconds(false);
            encoder.setWithSequenceNumber(false);
            return encoder;
        }
    };

    abstract Encoder<ILoggingEvent> encoder();

    void apply() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Encoder<ILoggingEvent> encoder = encoder();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.detachAndStopAllAppenders();
        root.addAppender(console);
        context.getLogger("io.grpc.netty.shaded").setLevel(Level.ERROR);
    }
}

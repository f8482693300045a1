package org.flowanchor.agent.lab;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes where it is started, and tells what came out line by line. */
public final class GuestTests {
    private GuestTests() {}

    public static void main(String[] classes) {
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(Arrays.stream(classes)
                                        .map(name -> selectClass(name))
                                        .toList())
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                boolean failed = result.getStatus() != TestExecutionResult.Status.SUCCESSFUL;
                                if (test.isTest() || failed) {
                                    System.out.println("GUEST " + result.getStatus() + " " + test.getDisplayName());
                                }
                                result.getThrowable().ifPresent(cause -> cause.printStackTrace(System.out));
                            }

                            @Override
                            public void executionSkipped(TestIdentifier test, String reason) {
                                System.out.println("GUEST SKIPPED " + test.getDisplayName());
                            }
                        });
        System.exit(0);
    }
}

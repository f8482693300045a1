package org.flowanchor.testbed.scenario;

import org.flowanchor.testbed.lab.CarriedTraffic.Protocol;

/**
 * A flow (or a bundle of small ones) of the scenario.
 *
 * @param name at both ends and in the report
 * @param correspondentPort one per flow: the lab's counters tell flows apart by it
 * @param mobileNodePort 0: another one for each connection
 */
record TrafficFlow(String name, Protocol protocol, int correspondentPort, int mobileNodePort) {}

package org.flowanchor.testbed.launcher;

import java.net.URI;

/**
 * The three services, running.
 *
 * @param policyService policy-service
 * @param bindingService binding-service
 * @param flowManager flow-manager
 */
record Services(Service policyService, Service bindingService, Service flowManager) {
    /**
     * One service.
     *
     * @param base REST base
     * @param process its process
     */
    record Service(URI base, ServiceProcess process) {}
}

package org.flowanchor.testbed.launcher;

/**
 * TCP ports of everything that runs in the root namespace. Outside the range from which the kernel takes ports of
 * outgoing connections, so that none is taken by chance.
 *
 * @param policyRest policy-service, REST
 * @param bindingRest binding-service, REST
 * @param flowRest flow-manager, REST
 * @param bindingGrpc binding-service, gRPC
 * @param flowGrpc flow-manager, gRPC
 * @param postgres embedded PostgreSQL
 * @param kafka embedded Kafka, broker
 * @param kafkaController embedded Kafka, controller
 */
record Ports(
        int policyRest,
        int bindingRest,
        int flowRest,
        int bindingGrpc,
        int flowGrpc,
        int postgres,
        int kafka,
        int kafkaController) {
    static final Ports DEFAULT = new Ports(8080, 8081, 8082, 9091, 9092, 15432, 19092, 19093);

    /** Of a second replica that some scenarios start. */
    int secondBindingRest() {
        return bindingRest + 2;
    }

    /** Of a second replica that some scenarios start. */
    int secondBindingGrpc() {
        return bindingGrpc + 2;
    }
}

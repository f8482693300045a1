package org.flowanchor.testbed.lab;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.mobility.Ipv6Address;

/**
 * Names of one lab, all derived from its number, so that two labs on one host cannot collide.
 *
 * @param number 1..65535
 */
public record LabNames(int number) {
    public LabNames {
        if (number < 1 || number > 0xffff) {
            throw new IllegalArgumentException("lab number " + number + " is not in 1..65535");
        }
    }

    String prefix() {
        return "fa%04x-".formatted(number);
    }

    /** Name of the network namespace. */
    public String namespace(LabNode node) {
        return prefix() + node.suffix();
    }

    String managementBridge() {
        return prefix() + "mgmt";
    }

    String managementPort(LabNode node) {
        return prefix() + node.suffix();
    }

    /** fd00:0:0:number::host. */
    Ipv6Address managementAddress(int host) {
        return new Ipv6Address(0xfd00L << 48 | number, host);
    }

    /** What removes everything that carries these names; each command may find nothing. */
    List<List<String>> removal() {
        List<List<String>> commands = new ArrayList<>();
        for (LabNode node : LabNode.values()) {
            commands.add(List.of("ip", "netns", "delete", namespace(node)));
        }
        // A namespace lives on while a process is in it, and with it the veth pair: the root end is removed by name.
        for (LabNode node : Lab.MANAGED) {
            commands.add(List.of("ip", "link", "delete", managementPort(node)));
        }
        commands.add(List.of("ip", "link", "delete", managementBridge()));
        return commands;
    }
}

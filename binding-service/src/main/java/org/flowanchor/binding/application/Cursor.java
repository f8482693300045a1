package org.flowanchor.binding.application;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.flowanchor.binding.application.BindingQueries.Position;
import org.flowanchor.binding.application.OperatorQueries.GatewayPosition;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Where a page of bindings or gateways ended, as text that is opaque to clients. */
public final class Cursor {
    private Cursor() {}

    public static String of(Position position) {
        return opaque(position.anchor() + "/" + position.bindingIdentifier() + "/" + position.mobileNode());
    }

    public static String of(GatewayPosition position) {
        return opaque(position.anchor() + "/" + position.gateway());
    }

    private static String opaque(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    /** @throws IllegalArgumentException when the text is not a cursor of ours */
    public static Position parse(String text) {
        String[] parts = parts(text, 3);
        return new Position(
                Integer.parseInt(parts[0]),
                new MobileNodeIdentifier(parts[2]),
                new BindingIdentifier(Integer.parseInt(parts[1])));
    }

    /** @throws IllegalArgumentException when the text is not a cursor of ours */
    public static GatewayPosition parseGateway(String text) {
        String[] parts = parts(text, 2);
        return new GatewayPosition(Integer.parseInt(parts[0]), ProxyCareOfAddress.parse(parts[1]));
    }

    private static String[] parts(String text, int count) {
        String[] parts = new String(Base64.getUrlDecoder().decode(text), UTF_8).split("/", count);
        if (parts.length != count) {
            throw new IllegalArgumentException("not a cursor of this list");
        }
        return parts;
    }
}

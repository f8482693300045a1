package org.flowanchor.binding.application;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import org.flowanchor.binding.application.BindingQueries.Position;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** Where a page of bindings ended, as text that is opaque to clients. */
public final class Cursor {
    private Cursor() {}

    public static String of(Position position) {
        String text = position.anchor() + "/" + position.bindingIdentifier() + "/" + position.mobileNode();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    /** @throws IllegalArgumentException when the text is not a cursor of ours */
    public static Position parse(String text) {
        String[] parts = new String(Base64.getUrlDecoder().decode(text), UTF_8).split("/", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a cursor of this list");
        }
        return new Position(
                Integer.parseInt(parts[0]),
                new MobileNodeIdentifier(parts[2]),
                new BindingIdentifier(Integer.parseInt(parts[1])));
    }
}

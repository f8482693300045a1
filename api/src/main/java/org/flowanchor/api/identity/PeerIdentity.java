package org.flowanchor.api.identity;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * Who a certificate speaks for: the one URI with scheme {@code flowanchor} in its subjectAltName. The subject's name means nothing.
 * Addresses are compared as addresses, not as text.
 */
public sealed interface PeerIdentity {
    /** Scheme of the URI, with its separator. */
    String SCHEME = "flowanchor://";

    /** {@code flowanchor://agent/<Proxy-CoA>}: the agent of a mobile access gateway. */
    record AccessAgent(ProxyCareOfAddress proxyCareOfAddress) implements PeerIdentity {
        @Override
        public String toString() {
            return SCHEME + "agent/" + proxyCareOfAddress;
        }
    }

    /** {@code flowanchor://anchor/<LMA address>}: an agent of an anchor's user plane; a standby has the same identity. */
    record AnchorAgent(LmaAddress lmaAddress) implements PeerIdentity {
        @Override
        public String toString() {
            return SCHEME + "anchor/" + lmaAddress;
        }
    }

    /**
     * {@code flowanchor://service/<name>}; all replicas of a service have the same identity.
     *
     * @param name letters, digits and hyphens, 1..63, begins with a letter
     */
    record Service(String name) implements PeerIdentity {
        private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

        public Service {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not the name of a service");
            }
        }

        @Override
        public String toString() {
            return SCHEME + "service/" + name;
        }
    }

    /** Registration, binding streams. */
    Service BINDING_SERVICE = new Service("binding-service");

    /** Steering, link reports. */
    Service FLOW_MANAGER = new Service("flow-manager");

    /** The operator's door. */
    Service POLICY_SERVICE = new Service("policy-service");

    /** Operators' tools that speak gRPC. */
    Service OPERATOR = new Service("operator");

    /** The URI. */
    @Override
    String toString();

    /** @throws IllegalArgumentException when it is none of the three forms */
    static PeerIdentity parse(String uri) {
        String text = uri.startsWith(SCHEME) ? uri.substring(SCHEME.length()) : "";
        int slash = text.indexOf('/');
        String name = text.substring(slash + 1);
        return switch (slash < 0 ? "" : text.substring(0, slash)) {
            case "agent" -> new AccessAgent(ProxyCareOfAddress.parse(name));
            case "anchor" -> new AnchorAgent(LmaAddress.parse(name));
            case "service" -> new Service(name);
            default ->
                throw new IllegalArgumentException(
                        "not flowanchor://agent/<Proxy-CoA>, flowanchor://anchor/<LMA address> or flowanchor://service/<name>");
        };
    }

    /**
     * The identity in a certificate; whether somebody trustworthy put it there is another question.
     *
     * @throws CertificateException when there is none, or more than one
     */
    static PeerIdentity of(X509Certificate certificate) throws CertificateException {
        List<String> found = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.size() == 2
                        && name.get(0).equals(6)
                        && name.get(1) instanceof String uri
                        && uri.startsWith(SCHEME)) {
                    found.add(uri);
                }
            }
        } catch (CertificateParsingException e) {
            throw new CertificateException("its subjectAltName cannot be read", e);
        }
        if (found.size() != 1) {
            throw new CertificateException(
                    found.isEmpty()
                            ? "it has no " + SCHEME + " URI in subjectAltName"
                            : "it has more than one " + SCHEME + " URI");
        }
        try {
            return parse(found.getFirst());
        } catch (IllegalArgumentException e) {
            throw new CertificateException("its " + SCHEME + " URI is " + e.getMessage(), e);
        }
    }
}

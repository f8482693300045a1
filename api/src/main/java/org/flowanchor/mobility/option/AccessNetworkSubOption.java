package org.flowanchor.mobility.option;

import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.Unsigned;

/** Sub-options of the Access Network Identifier option (RFC 6757 section 3.1, RFC 7563 section 3). */
public sealed interface AccessNetworkSubOption {
    /** Sub-option type, 0..255. */
    int type();

    /**
     * Network-Identifier (RFC 6757 section 3.1.1).
     *
     * @param utf8 the E flag: the names are UTF-8
     * @param networkName SSID, or PLMN as six digits; 0..250 octets
     * @param accessPointName together with the network name at most 250 octets
     */
    record NetworkIdentifier(boolean utf8, Octets networkName, Octets accessPointName)
            implements AccessNetworkSubOption {
        /** Sub-option type. */
        public static final int TYPE = 1;

        public NetworkIdentifier {
            MobilityOption.requireLength(networkName, 0, 250, "network name");
            MobilityOption.requireLength(accessPointName, 0, 250 - networkName.length(), "access point name");
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Geo-Location (RFC 6757 section 3.1.2): fixed point of 24 bits, 9 of them before the point.
     *
     * @param latitude -2^23..2^23-1
     * @param longitude -2^23..2^23-1
     */
    record GeoLocation(int latitude, int longitude) implements AccessNetworkSubOption {
        /** Sub-option type. */
        public static final int TYPE = 2;

        public GeoLocation {
            Unsigned.field(latitude + (1L << 23), 24, "latitude + 2^23");
            Unsigned.field(longitude + (1L << 23), 24, "longitude + 2^23");
        }

        public double latitudeDegrees() {
            return latitude / 32768.0;
        }

        public double longitudeDegrees() {
            return longitude / 32768.0;
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Operator-Identifier (RFC 6757 section 3.1.3).
     *
     * @param identifierType 0..255: 1 private enterprise number, 2 realm
     * @param value 0..252 octets
     */
    record OperatorIdentifier(int identifierType, Octets value) implements AccessNetworkSubOption {
        /** Sub-option type. */
        public static final int TYPE = 3;

        public OperatorIdentifier {
            Unsigned.octet(identifierType, "operator identifier type");
            MobilityOption.requireLength(value, 0, 252, "operator identifier");
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * MAG-Group-Identifier (RFC 7563 section 3.2), which says both two and three octets: read both, written as two where it fits.
     *
     * @param group 0..2^24-1
     */
    record MagGroupIdentifier(int group) implements AccessNetworkSubOption {
        /** Sub-option type. */
        public static final int TYPE = 5;

        public MagGroupIdentifier {
            Unsigned.field(group, 24, "MAG group identifier");
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * ANI Update-Timer (RFC 7563 section 3.3).
     *
     * @param timer units of 4 s, 0..65535; 0 is at once
     */
    record UpdateTimer(int timer) implements AccessNetworkSubOption {
        /** Sub-option type. */
        public static final int TYPE = 6;

        public UpdateTimer {
            Unsigned.sixteen(timer, "ANI update timer");
        }

        @Override
        public int type() {
            return TYPE;
        }
    }

    /**
     * Of another type (civic location, 4, is one): written again as it came.
     *
     * @param type 0..255
     * @param octets 0..253
     */
    record UnknownAccessNetworkSubOption(int type, Octets octets) implements AccessNetworkSubOption {
        public UnknownAccessNetworkSubOption {
            Unsigned.octet(type, "sub-option type");
            MobilityOption.requireLength(octets, 0, 253, "a sub-option");
        }
    }
}

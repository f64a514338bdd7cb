package dev.sluice.notify;

import java.net.URI;
import java.util.Map;

/** A message as it goes over the wire. */
record Letter(URI address, Map<String, String> headers, String body) {
    @Override
    public String toString() {
        return "Letter[…]";
    }
}

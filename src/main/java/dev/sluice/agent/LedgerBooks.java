package dev.sluice.agent;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that the ledger remembers, in a form that can be written down. Changed by {@link OutcomeLedger} alone. */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
final class LedgerBooks {
    /** Names the life of the counters. */
    String epoch = "";

    long messages;
    long accepted;
    long receivedByHandover;
    long delivered;
    long bounced;
    long expired;
    /** Those of {@link #delivered} that the first attempt did not deliver within the objective. */
    long deliveredLate;

    long handedOver;
    /** Recipients of messages that were removed without an outcome for them. */
    long vanished;

    long possibleDuplicates;
    long notices;
    TreeSet<String> peers = new TreeSet<>();
    Map<String, StratumBook> strata = new TreeMap<>();
    UnitBook units = new UnitBook();
    /** Attempts by {@code outcome|next hop|class}. */
    Map<String, Long> attempts = new HashMap<>();

    Map<String, MessageBook> open = new LinkedHashMap<>();

    LedgerBooks() {}

    LedgerBooks(String epoch) {
        this.epoch = epoch;
    }
}

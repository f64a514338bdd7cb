package dev.sluice.sim.fleet;

import dev.sluice.api.PoolRolloutStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The records of attempts as a process of the operator knows them: its own writes before what the server has. */
final class KnownRecords {
    private final Map<String, PoolRolloutStatus> written = new HashMap<>();

    Optional<PoolRolloutStatus> of(FleetPool pool, String rollout) {
        return Optional.ofNullable(written.get(rollout)).or(() -> Optional.ofNullable(pool.records.get(rollout)));
    }

    void wrote(String rollout, PoolRolloutStatus status) {
        written.put(rollout, status);
    }
}

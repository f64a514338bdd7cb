package dev.sluice.operator;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.plan.GateMemories;
import java.util.Optional;

/** Reads what the gate remembered of a trial from the trial's record. */
public final class RecordedMemory {
    private RecordedMemory() {}

    /** The memory, empty when the record has none or one that cannot be read. */
    public static Optional<GateMemories.Trial> of(PoolRolloutStatus rollout) {
        return GateMemoryStore.parse(rollout.gateMemory(), new TypeReference<GateMemories.Trial>() {});
    }
}

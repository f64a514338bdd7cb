package dev.sluice.plan;

import dev.sluice.gate.GateMemory;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the gate remembers of one pool: of the nodes on trial together, of each of them, and of each node that serves.
 *
 * @param trial the trial's memory, empty while there is none
 * @param watch the memory of each serving node, by name
 */
public record GateMemories(Optional<Trial> trial, Map<String, GateMemory> watch) {
    public GateMemories {
        watch = Map.copyOf(watch);
    }

    /** Memories by name without the nodes' last counters. */
    public static Map<String, GateMemory> withoutCounters(Map<String, GateMemory> memories) {
        return memories.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, memory -> memory.getValue().withoutCounters()));
    }

    /** Nothing seen yet. */
    public static GateMemories none() {
        return new GateMemories(Optional.empty(), Map.of());
    }

    /**
     * The memory of a trial.
     *
     * @param arm all its nodes together
     * @param nodes each of its nodes
     * @param messagesAtStepStart messages that each node of the pool had accepted when the step began
     */
    public record Trial(GateMemory arm, Map<String, GateMemory> nodes, Map<String, Long> messagesAtStepStart) {
        public Trial {
            nodes = Map.copyOf(nodes);
            messagesAtStepStart = Map.copyOf(messagesAtStepStart);
        }

        /** The same without the nodes' last counters, which costs the mail between two looks and takes less room. */
        public Trial withoutCounters() {
            return new Trial(arm.withoutCounters(), GateMemories.withoutCounters(nodes), messagesAtStepStart);
        }
    }
}

package dev.sluice.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;

/**
 * Wakes the reconciler of one kind. The view of the cluster and the poller of the agents push into it, so that one cache
 * of each kind serves all controllers.
 */
final class Triggers<P extends HasMetadata> extends AbstractEventSource<Object, P> {
    Triggers(String name) {
        super(Object.class, name);
    }

    /** Has the object reconciled soon; before the controller runs nothing is lost, since it starts with all objects. */
    void wake(ObjectKey key) {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(new ResourceID(key.name(), key.namespace())));
        }
    }

    @Override
    public Set<Object> getSecondaryResources(P primary) {
        return Set.of();
    }
}

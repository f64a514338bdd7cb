package dev.sluice.local;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Something that is broken on purpose on the network; closing it mends it. */
public final class NetworkFault implements AutoCloseable {
    private final AtomicBoolean mended = new AtomicBoolean();
    private final Runnable mend;

    NetworkFault(NetworkNamespace where, String chain, List<Integer> handles) {
        this(() -> handles.forEach(handle -> where.removeRule(chain, handle)));
    }

    private NetworkFault(Runnable mend) {
        this.mend = mend;
    }

    /** Both faults as one. */
    public NetworkFault and(NetworkFault other) {
        return new NetworkFault(() -> {
            close();
            other.close();
        });
    }

    @Override
    public void close() {
        if (mended.compareAndSet(false, true)) {
            mend.run();
        }
    }
}

package dev.sluice.local;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** What {@code sluice local} does: a user's own manifests on a platform of this machine. */
public final class LocalRun implements AutoCloseable {
    private final Laboratory laboratory;

    private LocalRun(Laboratory laboratory) {
        this.laboratory = laboratory;
    }

    /**
     * Starts the platform and applies the manifests.
     *
     * @param manifests a file or directory
     * @param namespace of the pools
     * @param output gets lines for a person
     */
    public static LocalRun start(Path manifests, String namespace, Consumer<String> output) {
        LocalManifests read = LocalManifests.read(manifests);
        ApiServer apiServer =
                LocalApiServer.start(ApiServerBinaries.ofThisMachine(output).findOrBuild());
        Laboratory laboratory = Laboratory.open(apiServer, namespace);
        try {
            laboratory.startKubelet();
            List<Edge.Backend> backends = read.backends();
            if (!backends.isEmpty()) {
                laboratory.startEdge(backends);
            }
            laboratory.startOperator();
            laboratory.apply(backends.isEmpty() ? read.unchanged() : read.fittedTo(laboratory.edge()));
            output.accept("API server: " + apiServer.description());
            output.accept("network:    " + laboratory.network().cidr() + ", this machine is "
                    + laboratory.network().hostAddress());
            for (Edge.Backend backend : backends) {
                output.accept("mail in:    " + laboratory.edge().address() + ":" + backend.listenPort()
                        + " for backend " + backend.name());
            }
            output.accept("operator:   " + laboratory.operator().log());
            output.accept("look at it: export KUBECONFIG=" + apiServer.kubeconfigFile());
            if (apiServer instanceof LocalApiServer real) {
                output.accept("            " + real.kubectl() + " -n " + namespace + " get fp,tp,mn,pods");
            }
            return new LocalRun(laboratory);
        } catch (RuntimeException e) {
            laboratory.close();
            throw e;
        }
    }

    /** The platform that runs. */
    public Laboratory laboratory() {
        return laboratory;
    }

    @Override
    public void close() {
        laboratory.close();
    }
}

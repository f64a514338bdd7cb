package dev.sluice.testkit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which cluster tests run on: system property {@code sluice.test.cluster}, else {@code SLUICE_TEST_CLUSTER}. */
enum ClusterChoice {
    /** A kube-apiserver and etcd of this machine. The run that counts: it is never skipped. */
    APISERVER {
        @Override
        RunningCluster start() {
            return ApiServerCluster.start();
        }
    },
    /** K3s in a container. Skipped, with the reason, where no container can be had. */
    K3S {
        @Override
        RunningCluster start() {
            return K3sCluster.start();
        }

        @Override
        Optional<String> whyNot() {
            return K3sCluster.whyNot();
        }
    },
    /** The one that the user's kubeconfig points to. Leaves nothing behind but the definitions. */
    KUBECONFIG {
        @Override
        RunningCluster start() {
            return KubeconfigCluster.start();
        }
    };

    abstract RunningCluster start();

    /** Why it cannot be had on this machine, where that is no failure. */
    Optional<String> whyNot() {
        return Optional.empty();
    }

    static ClusterChoice ofThisRun() {
        String fromEnvironment =
                Optional.ofNullable(System.getenv("SLUICE_TEST_CLUSTER")).orElse("apiserver");
        return of(System.getProperty("sluice.test.cluster", fromEnvironment));
    }

    static ClusterChoice of(String name) {
        return Arrays.stream(values())
                .filter(choice -> choice.word().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("SLUICE_TEST_CLUSTER is " + name + ": write one of "
                        + Arrays.stream(values()).map(ClusterChoice::word).collect(Collectors.joining(", "))));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

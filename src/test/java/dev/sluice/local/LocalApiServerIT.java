package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

class LocalApiServerIT {
    @Test
    void aRealApiServerTakesServerSideApplyAndItsOwnKubectl() throws Exception {
        Path kubeconfig;
        try (LocalApiServer server = LocalApiServer.start(
                ApiServerBinaries.ofThisMachine(System.out::println).findOrBuild())) {
            kubeconfig = server.kubeconfigFile();
            try (KubernetesClient client = server.client()) {
                client.resource(new ConfigMapBuilder()
                                .withNewMetadata()
                                .withName("applied")
                                .withNamespace("default")
                                .endMetadata()
                                .addToData("key", "value")
                                .build())
                        .serverSideApply();
                assertThat(server.description())
                        .isEqualTo("kube-apiserver "
                                + client.getKubernetesVersion().getGitVersion().replaceFirst("^v", ""));
            }

            assertThat(Files.getPosixFilePermissions(kubeconfig))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(SystemCommand.run(
                            server.kubectl().toString(),
                            "--kubeconfig",
                            kubeconfig.toString(),
                            "get",
                            "configmap",
                            "applied",
                            "-o",
                            "jsonpath={.data.key}"))
                    .isEqualTo("value");
        }
        assertThat(kubeconfig).doesNotExist();
    }
}

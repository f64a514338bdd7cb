package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ClusterChoiceTest {
    @Test
    void aClusterIsChosenByItsWord() {
        assertThat(ClusterChoice.of("k3s")).isEqualTo(ClusterChoice.K3S);
    }

    @Test
    void anUnknownWordIsAnsweredWithThoseThatExist() {
        assertThatThrownBy(() -> ClusterChoice.of("minikube"))
                .hasMessageContaining("minikube")
                .hasMessageContaining("apiserver, k3s, kubeconfig");
    }

    @Test
    void theRunThatCountsIsNeverSkipped() {
        assertThat(ClusterChoice.APISERVER.whyNot()).isEmpty();
    }
}

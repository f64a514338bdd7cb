package dev.sluice.operator;

import dev.sluice.api.MailNode;
import dev.sluice.api.NodeTemplate;
import dev.sluice.api.SluiceNames;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a node consists of in the cluster: a claim for its queue and a Pod. Neither has an owner reference: a deletion in
 * the foreground would have the garbage collector take the Pod and the queue away while the MailNode still drains. They
 * are found by name and deleted by the operator.
 */
final class NodeChildren {
    static final String CONTAINER = "node";
    private static final String QUEUE_VOLUME = "queue";
    private static final String TLS_VOLUME = "tls";
    private static final long GRACE_SECONDS = 60;
    /** What Postfix's master and its daemons need to bind port 25, change user and own the queue, and nothing else. */
    private static final List<String> CAPABILITIES =
            List.of("CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "NET_BIND_SERVICE", "SETGID", "SETUID", "SYS_CHROOT");

    private NodeChildren() {}

    /** The name of the claim for a node's queue. */
    static String claimOf(String node) {
        return node + "-queue";
    }

    static PersistentVolumeClaim claim(MailNode node) {
        NodeTemplate template = node.getSpec().template();
        ObjectKey key = ObjectKey.of(node);
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(key.namespace())
                .withName(claimOf(key.name()))
                .withLabels(labels(node))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(template.queue().storageClassName())
                .withNewResources()
                .addToRequests("storage", template.queue().size())
                .endResources()
                .endSpec()
                .build();
    }

    static Pod pod(MailNode node, String role) {
        NodeTemplate template = node.getSpec().template();
        ObjectKey key = ObjectKey.of(node);
        Map<String, String> labels = new LinkedHashMap<>(template.podLabels());
        labels.putAll(labels(node));
        labels.put(SluiceNames.ROLE_LABEL, role);
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(key.namespace())
                .withName(key.name())
                .withLabels(labels)
                .withAnnotations(template.podAnnotations())
                .endMetadata()
                .withNewSpec()
                .withHostname(hostName(key.name()))
                .withRestartPolicy("Always")
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withServiceAccountName(template.serviceAccountName())
                .withPriorityClassName(template.priorityClassName())
                .withNodeSelector(template.nodeSelector())
                .withTolerations(template.tolerations().stream()
                        .map(NodeChildren::toleration)
                        .toList())
                .withImagePullSecrets(template.imagePullSecrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withNewSecurityContext()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName(CONTAINER)
                .withImage(template.image())
                .withArgs("agent")
                .withEnv(environment(key, template))
                .withNewResources()
                .withRequests(template.resources().requests())
                .withLimits(template.resources().limits())
                .endResources()
                .addNewPort()
                .withName("smtp")
                .withContainerPort(25)
                .endPort()
                .addNewPort()
                .withName("handover")
                .withContainerPort(2526)
                .endPort()
                .addNewPort()
                .withName("agent")
                .withContainerPort(9443)
                .endPort()
                .addNewPort()
                .withName("agent-check")
                .withContainerPort(9102)
                .endPort()
                .addNewPort()
                .withName("metrics")
                .withContainerPort(9100)
                .endPort()
                .withNewReadinessProbe()
                .withNewHttpGet()
                .withPath("/readyz")
                .withNewPort(9100)
                .endHttpGet()
                .withPeriodSeconds(2)
                .withTimeoutSeconds(2)
                .withFailureThreshold(3)
                .endReadinessProbe()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .withAdd(CAPABILITIES)
                .endCapabilities()
                .endSecurityContext()
                .addNewVolumeMount()
                .withName(QUEUE_VOLUME)
                .withMountPath("/var/spool/postfix")
                .withSubPath("spool")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName(QUEUE_VOLUME)
                .withMountPath("/var/lib/sluice")
                .withSubPath("state")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName(TLS_VOLUME)
                .withMountPath("/etc/sluice/tls")
                .withReadOnly(true)
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName(QUEUE_VOLUME)
                .withNewPersistentVolumeClaim()
                .withClaimName(claimOf(key.name()))
                .endPersistentVolumeClaim()
                .endVolume()
                .addNewVolume()
                .withName(TLS_VOLUME)
                .withNewSecret()
                .withSecretName(Certificates.secretOf(key.name()))
                .withDefaultMode(256)
                .endSecret()
                .endVolume()
                .endSpec()
                .build();
    }

    /** A host name is one label of a DNS name; a MailNode's name may have dots. */
    private static String hostName(String node) {
        String label = node.replace('.', '-');
        return label.length() <= 63 ? label : label.substring(0, 63).replaceAll("-+$", "");
    }

    private static Map<String, String> labels(MailNode node) {
        ObjectKey key = ObjectKey.of(node);
        return Labels.ofNode(
                PoolKey.of(key.namespace(), node.getSpec().poolRef()),
                key.name(),
                node.getSpec().revision());
    }

    private static List<EnvVar> environment(ObjectKey node, NodeTemplate template) {
        Stream<EnvVar> own = Stream.of(
                new EnvVarBuilder()
                        .withName("SLUICE_NODE_NAME")
                        .withValue(node.name())
                        .build(),
                new EnvVarBuilder()
                        .withName("SLUICE_NAMESPACE")
                        .withValue(node.namespace())
                        .build(),
                new EnvVarBuilder()
                        .withName("SLUICE_POD_IP")
                        .withNewValueFrom()
                        .withNewFieldRef()
                        .withFieldPath("status.podIP")
                        .endFieldRef()
                        .endValueFrom()
                        .build());
        return Stream.concat(
                        template.env().stream()
                                .filter(variable -> !variable.name().startsWith("SLUICE_"))
                                .map(variable -> new EnvVarBuilder()
                                        .withName(variable.name())
                                        .withValue(variable.value())
                                        .build()),
                        own)
                .toList();
    }

    private static Toleration toleration(NodeTemplate.Toleration given) {
        return new TolerationBuilder()
                .withKey(given.key())
                .withOperator(given.operator())
                .withValue(given.value())
                .withEffect(given.effect())
                .withTolerationSeconds(given.tolerationSeconds())
                .build();
    }
}

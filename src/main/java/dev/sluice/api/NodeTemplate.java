package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * What a node is made of. Narrower than a pod template on purpose: what is not here is Sluice's to set.
 *
 * @param image the container image, best with a digest
 * @param resources what the container asks for and may use
 * @param env environment variables of the container
 * @param postfix parameters of Postfix's main.cf, name to value
 * @param queue the volume of the queue
 * @param nodeSelector labels that a Kubernetes node must have
 * @param tolerations taints that the pod tolerates
 * @param podLabels further labels of the pod
 * @param podAnnotations further annotations of the pod
 * @param serviceAccountName null for the namespace's default
 * @param priorityClassName null for none
 * @param imagePullSecrets names of Secrets
 */
@ApiData
@ValidationRule(
        value =
                "(has(self.queue) && has(self.queue.storageClassName) ? self.queue.storageClassName : '') == (has(oldSelf.queue) && has(oldSelf.queue.storageClassName) ? oldSelf.queue.storageClassName : '')",
        message =
                "the storage class of a queue cannot change: make a new pool with the other class and move the traffic")
public record NodeTemplate(
        @Required
        @Bounded(length = 512, pattern = "^\\S+$")
        @JsonPropertyDescription(
                "The container image of a node; it holds Postfix and the Sluice agent. A digest (name@sha256:…) makes revisions exact.")
        String image,

        @JsonPropertyDescription("What the node's container asks for and may use at most.")
        Resources resources,

        @Bounded(items = 64, list = ListType.MAP, keys = "name")
        @JsonPropertyDescription("Environment variables of the node's container, at most 64.")
        List<EnvironmentVariable> env,

        @Bounded(items = 128, length = 4096)
        @ValidationRule(
                value = "self.all(k, k.size() <= 64 && k.matches('^[a-z0-9][a-z0-9_]*$'))",
                message =
                        "a Postfix parameter has a name of lower-case letters, digits and _: write it as postconf(5) does, such as message_size_limit")
        @ValidationRule(
                value = "self.all(k, !self[k].contains('\\n'))",
                message = "the value of a Postfix parameter is one line: write it without line breaks")
        @ValidationRule(
                value =
                        "!('mynetworks' in self || 'mynetworks_style' in self || 'smtpd_relay_restrictions' in self || 'smtpd_authorized_xclient_hosts' in self || 'smtpd_authorized_xforward_hosts' in self)",
                message =
                        "mynetworks and the relay restrictions follow from who may relay: remove them from template.postfix and write acceptFrom (FilterPool) or relayAccess (TransportPool)")
        @ValidationRule(
                value =
                        "!('relayhost' in self || 'transport_maps' in self || 'default_transport' in self || 'relay_transport' in self || 'smtp_fallback_relay' in self || 'fallback_relay' in self || 'sender_dependent_relayhost_maps' in self || 'sender_dependent_default_transport_maps' in self || 'defer_transports' in self)",
                message =
                        "where mail goes is Sluice's to set, since every next hop is probed and a queue can be handed over: remove it from template.postfix and write nextHops")
        @ValidationRule(
                value =
                        "!('soft_bounce' in self || 'smtp_delivery_status_filter' in self || 'default_delivery_status_filter' in self || 'enable_long_queue_ids' in self || 'maillog_file' in self || 'syslog_name' in self)",
                message =
                        "Sluice sets what keeps mail on a canary and what the ledger reads: remove soft_bounce, *_delivery_status_filter, enable_long_queue_ids, maillog_file and syslog_name from template.postfix")
        @ValidationRule(
                value =
                        "!('inet_interfaces' in self || 'queue_directory' in self || 'data_directory' in self || 'command_directory' in self || 'daemon_directory' in self || 'config_directory' in self || 'alternate_config_directories' in self || 'multi_instance_directories' in self || 'multi_instance_enable' in self || 'master_service_disable' in self || 'smtpd_upstream_proxy_protocol' in self || 'process_id_directory' in self)",
                message =
                        "listeners and directories of Postfix are laid out by Sluice: remove inet_interfaces, *_directory and smtpd_upstream_proxy_protocol from template.postfix (the PROXY protocol is traffic.haProxy.proxyProtocol)")
        @JsonPropertyDescription(
                "Parameters of Postfix's main.cf, name to value, at most 128. Parameters that Sluice derives from the pool (who may relay, where mail goes, directories, what the ledger reads) are refused. Example: message_size_limit: \"52428800\".")
        Map<String, String> postfix,

        @JsonPropertyDescription("The volume that holds the node's queue. Left out: 1Gi of the default storage class.")
        QueueVolume queue,

        @Bounded(items = 32, length = 63)
        @ValidationRule(
                value = NodeTemplate.KEYS_OF_LABELS,
                message =
                        "a label has a key of letters, digits, -, _ and ., with a domain and / before it at most: write it like example.org/team")
        @ValidationRule(value = NodeTemplate.VALUES_OF_LABELS, message = NodeTemplate.VALUE_OF_A_LABEL)
        @JsonPropertyDescription("Labels that a Kubernetes node must have to run a pod of this pool, at most 32.")
        Map<String, String> nodeSelector,

        @Bounded(items = 16) @JsonPropertyDescription("Taints of Kubernetes nodes that the pods tolerate, at most 16.")
        List<Toleration> tolerations,

        @Bounded(items = 32, length = 63)
        @ValidationRule(
                value = "self.all(k, !k.startsWith('sluice.dev/'))",
                message = "labels of sluice.dev are set by Sluice: write a label of your own domain")
        @ValidationRule(
                value = NodeTemplate.KEYS_OF_LABELS,
                message =
                        "a label has a key of letters, digits, -, _ and ., with a domain and / before it at most: write it like example.org/team")
        @ValidationRule(value = NodeTemplate.VALUES_OF_LABELS, message = NodeTemplate.VALUE_OF_A_LABEL)
        @JsonPropertyDescription("Further labels of the pods, at most 32.")
        Map<String, String> podLabels,

        @Bounded(items = 32, length = 4096)
        @ValidationRule(
                value = "self.all(k, !k.startsWith('sluice.dev/'))",
                message = "annotations of sluice.dev are set by Sluice: write an annotation of your own domain")
        @ValidationRule(
                value = NodeTemplate.KEYS_OF_LABELS,
                message =
                        "an annotation has a key of letters, digits, -, _ and ., with a domain and / before it at most: write it like example.org/team")
        @JsonPropertyDescription("Further annotations of the pods, at most 32.")
        Map<String, String> podAnnotations,

        @Bounded(length = 253, pattern = SluiceNames.OBJECT_NAME)
        @JsonPropertyDescription(
                "The service account of the pods. Left out: the namespace's default. Its token is not mounted.")
        String serviceAccountName,

        @Bounded(length = 253, pattern = SluiceNames.OBJECT_NAME)
        @JsonPropertyDescription("The priority class of the pods. Left out: the cluster's default.")
        String priorityClassName,

        @Bounded(items = 16, length = 253, pattern = SluiceNames.OBJECT_NAME, list = ListType.SET)
        @JsonPropertyDescription("Names of Secrets of this namespace that the image is pulled with, at most 16.")
        List<String> imagePullSecrets) {
    private static final String KEYS_OF_LABELS =
            "self.all(k, k.size() <= 317 && k.matches('" + SluiceNames.LABEL_KEY + "'))";
    private static final String VALUES_OF_LABELS = "self.all(k, self[k].matches('" + SluiceNames.LABEL_VALUE + "'))";
    private static final String VALUE_OF_A_LABEL =
            "the value of a label is of letters, digits, -, _ and ., and begins and ends with a letter or digit: write it like ssd or zone-2";
    private static final String NAMES_OF_RESOURCES =
            "self.all(k, k in ['cpu', 'memory', 'ephemeral-storage'] || k.startsWith('hugepages-') || (k.size() <= 317 && k.contains('/') && k.matches('"
                    + SluiceNames.LABEL_KEY + "')))";
    private static final String NAME_OF_A_RESOURCE =
            "a resource that Kubernetes does not know itself has a domain in its name: write cpu, memory, ephemeral-storage or a name like example.com/gpu";
    private static final String AMOUNTS = "self.all(k, isQuantity(string(self[k])))";
    private static final String AMOUNT = "an amount is a number with or without a unit: write it like 500m, 2 or 512Mi";

    /** What is not given becomes empty or its default. */
    public NodeTemplate {
        resources = Absent.to(Resources.NONE, resources);
        env = Absent.toEmpty(env);
        postfix = Absent.toEmpty(postfix);
        queue = Absent.to(QueueVolume.STANDARD, queue);
        nodeSelector = Absent.toEmpty(nodeSelector);
        tolerations = Absent.toEmpty(tolerations);
        podLabels = Absent.toEmpty(podLabels);
        podAnnotations = Absent.toEmpty(podAnnotations);
        imagePullSecrets = Absent.toEmpty(imagePullSecrets);
    }

    /**
     * What a container asks for and may use.
     *
     * @param requests by resource name
     * @param limits by resource name
     */
    @ApiData
    public record Resources(
            @Bounded(items = 8)
            @ValidationRule(value = NodeTemplate.NAMES_OF_RESOURCES, message = NodeTemplate.NAME_OF_A_RESOURCE)
            @ValidationRule(value = NodeTemplate.AMOUNTS, message = NodeTemplate.AMOUNT)
            @JsonPropertyDescription("What is reserved, by resource name, at most 8. Example: memory: 512Mi.")
            Map<String, Quantity> requests,

            @Bounded(items = 8)
            @ValidationRule(value = NodeTemplate.NAMES_OF_RESOURCES, message = NodeTemplate.NAME_OF_A_RESOURCE)
            @ValidationRule(value = NodeTemplate.AMOUNTS, message = NodeTemplate.AMOUNT)
            @JsonPropertyDescription("What may be used at most, by resource name, at most 8. Example: memory: 1Gi.")
            Map<String, Quantity> limits) {
        /** Asks for nothing. */
        public static final Resources NONE = new Resources(null, null);

        /** What is not given becomes empty. */
        public Resources {
            requests = Absent.toEmpty(requests);
            limits = Absent.toEmpty(limits);
        }
    }

    /**
     * An environment variable.
     *
     * @param name its name
     * @param value its value
     */
    @ApiData
    public record EnvironmentVariable(
            @Required
            @Bounded(length = 128, pattern = "^[A-Za-z_][A-Za-z0-9_]*$")
            @JsonPropertyDescription("The name: letters, digits and _.")
            String name,

            @Bounded(length = 4096) @JsonPropertyDescription("The value. Never a secret: it is readable in the pod.")
            String value) {}

    /**
     * The volume of a node's queue. Each node has its own.
     *
     * @param storageClassName null for the cluster's default
     * @param size how much it holds
     */
    @ApiData
    public record QueueVolume(
            @Bounded(length = 253, pattern = SluiceNames.OBJECT_NAME)
            @JsonPropertyDescription("The storage class. Left out: the cluster's default. Cannot be changed.")
            String storageClassName,

            @Default("1Gi")
            @ValidationRule(
                    value = "isQuantity(string(self)) && quantity(string(self)).isGreaterThan(quantity('0'))",
                    message = "the size of a volume is a number with a unit: write it like 512Mi or 10Gi")
            @JsonPropertyDescription("How much the volume holds. Default 1Gi.")
            Quantity size) {
        /** 1 GiB of the default class. */
        public static final QueueVolume STANDARD = new QueueVolume(null, null);

        /** What is not given becomes its default. */
        public QueueVolume {
            size = Absent.to(new Quantity("1Gi"), size);
        }
    }

    /**
     * A taint that is tolerated, with the meaning it has in a pod.
     *
     * @param key the taint's key; null with operator Exists for every taint
     * @param operator {@code Equal} or {@code Exists}
     * @param value the taint's value
     * @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@code NoExecute}; null for every effect
     * @param tolerationSeconds how long a NoExecute taint is tolerated; null for ever
     */
    @ApiData
    @ValidationRule(
            value = "self.operator != 'Exists' || !has(self.value) || self.value == ''",
            message = "the operator Exists compares no value: remove value, or write operator: Equal")
    @ValidationRule(
            value = "self.operator == 'Exists' || (has(self.key) && self.key != '')",
            message = "a toleration names a taint: write its key, or operator: Exists for every taint")
    @ValidationRule(
            value = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
            message =
                    "only a taint with effect: NoExecute is tolerated for some seconds: write that effect, or remove tolerationSeconds")
    public record Toleration(
            @Bounded(length = 316, pattern = SluiceNames.LABEL_KEY)
            @JsonPropertyDescription("The key of the taint. Left out with operator Exists: every taint.")
            String key,

            @Default("Equal")
            @Bounded(length = 6, pattern = "^(Equal|Exists)$")
            @JsonPropertyDescription("Equal (default) compares the value; Exists does not.")
            String operator,

            @Bounded(length = 63, pattern = SluiceNames.LABEL_VALUE)
            @JsonPropertyDescription("The value of the taint, with operator Equal.")
            String value,

            @Bounded(length = 16, pattern = "^(NoSchedule|PreferNoSchedule|NoExecute)$")
            @JsonPropertyDescription("NoSchedule, PreferNoSchedule or NoExecute. Left out: every effect.")
            String effect,

            @JsonPropertyDescription("How many seconds a NoExecute taint is tolerated. Left out: for ever.")
            Long tolerationSeconds) {}
}

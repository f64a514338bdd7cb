package dev.sluice.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The environment of a container, and what {@code $(NAME)} in its arguments means. */
final class ContainerEnvironment {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([A-Za-z_.-][A-Za-z0-9_.-]*)\\)");
    private static final Pattern MAP_ENTRY = Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)'\\]");

    private ContainerEnvironment() {}

    /** All variables, those that a base image would set included. */
    static Map<String, String> of(Pod pod, Container container, String address, KubeletObjects objects)
            throws PodVolumes.NotReadyException {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("HOME", "/root");
        environment.put("HOSTNAME", pod.getMetadata().getName());
        for (EnvVar variable : container.getEnv()) {
            if (variable.getValueFrom() == null) {
                String value = variable.getValue() == null ? "" : variable.getValue();
                environment.put(variable.getName(), expand(value, environment));
                continue;
            }
            String value = resolve(variable.getName(), variable.getValueFrom(), pod, address, objects);
            if (value != null) {
                environment.put(variable.getName(), value);
            }
        }
        return environment;
    }

    /** Replaces {@code $(NAME)}; one that is not known stays as it is, {@code $$} is a dollar sign. */
    static String expand(String text, Map<String, String> environment) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            String replacement =
                    matcher.group(1) == null ? "$" : environment.getOrDefault(matcher.group(1), matcher.group());
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(replacement));
        }
        return matcher.appendTail(expanded).toString();
    }

    static List<String> expand(List<String> words, Map<String, String> environment) {
        return words.stream().map(word -> expand(word, environment)).toList();
    }

    private static String resolve(String variable, EnvVarSource source, Pod pod, String address, KubeletObjects objects)
            throws PodVolumes.NotReadyException {
        if (source.getFieldRef() != null) {
            return field(source.getFieldRef().getFieldPath(), pod, address, objects);
        }
        if (source.getSecretKeyRef() != null) {
            var reference = source.getSecretKeyRef();
            return key(
                    variable,
                    objects.secret(reference.getName()).orElse(null),
                    reference.getKey(),
                    Boolean.TRUE.equals(reference.getOptional()));
        }
        if (source.getConfigMapKeyRef() != null) {
            var reference = source.getConfigMapKeyRef();
            return key(
                    variable,
                    objects.configMap(reference.getName()).orElse(null),
                    reference.getKey(),
                    Boolean.TRUE.equals(reference.getOptional()));
        }
        throw new PodVolumes.NotReadyException("env " + variable
                + " has a source that this machine does not know; use fieldRef, secretKeyRef or configMapKeyRef");
    }

    private static String key(
            String variable, io.fabric8.kubernetes.api.model.HasMetadata holder, String key, boolean optional)
            throws PodVolumes.NotReadyException {
        byte[] value = holder == null ? null : PodVolumes.content(holder).get(key);
        if (value == null && !optional) {
            throw new PodVolumes.NotReadyException("couldn't find key " + key + " for env " + variable);
        }
        return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }

    private static String field(String path, Pod pod, String address, KubeletObjects objects)
            throws PodVolumes.NotReadyException {
        Matcher entry = MAP_ENTRY.matcher(path);
        if (entry.matches()) {
            Map<String, String> map = entry.group(1).equals("labels")
                    ? pod.getMetadata().getLabels()
                    : pod.getMetadata().getAnnotations();
            return map == null ? "" : map.getOrDefault(entry.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "status.podIP", "status.podIPs" -> address;
            case "status.hostIP", "status.hostIPs" -> objects.hostAddress();
            case "spec.nodeName" -> Kubelet.NODE_NAME;
            case "spec.serviceAccountName" -> "default";
            default -> throw new PodVolumes.NotReadyException("unknown fieldPath " + path);
        };
    }
}

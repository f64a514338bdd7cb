package dev.sluice.local;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes a pod's volumes directories of this machine, and keeps those of Secrets and ConfigMaps up to date. */
final class PodVolumes {
    private static final int DEFAULT_MODE = 0644;

    private final KubeletObjects objects;
    private final Path podDirectory;

    PodVolumes(KubeletObjects objects, Path podDirectory) {
        this.objects = objects;
        this.podDirectory = podDirectory;
    }

    /** A volume cannot be made now; the message is for the pod's status. */
    static final class NotReadyException extends Exception {
        NotReadyException(String message) {
            super(message);
        }
    }

    /** Makes all volumes, or brings their content up to date. */
    void prepare(Pod pod) throws NotReadyException, IOException {
        for (Volume volume : pod.getSpec().getVolumes()) {
            directory(pod, volume);
        }
    }

    /** What a container sees. */
    List<ContainerSandbox.Mount> mounts(Pod pod, Container container) throws NotReadyException, IOException {
        List<ContainerSandbox.Mount> mounts = new ArrayList<>();
        for (VolumeMount mount : container.getVolumeMounts()) {
            Volume volume = pod.getSpec().getVolumes().stream()
                    .filter(candidate -> candidate.getName().equals(mount.getName()))
                    .findFirst()
                    .orElseThrow(() -> new NotReadyException("no volume " + mount.getName()));
            Path source = directory(pod, volume);
            if (mount.getSubPath() != null && !mount.getSubPath().isEmpty()) {
                Path inside = source.resolve(mount.getSubPath()).normalize();
                if (!inside.startsWith(source)) {
                    throw new NotReadyException("subPath " + mount.getSubPath() + " leaves its volume");
                }
                source = inside;
                if (!Files.exists(source)) {
                    Files.createDirectories(source);
                }
            }
            mounts.add(new ContainerSandbox.Mount(
                    source,
                    mount.getMountPath(),
                    Files.isRegularFile(source),
                    Boolean.TRUE.equals(mount.getReadOnly())
                            || volume.getSecret() != null
                            || volume.getConfigMap() != null));
        }
        return mounts;
    }

    private Path directory(Pod pod, Volume volume) throws NotReadyException, IOException {
        Path own = podDirectory.resolve("volumes").resolve(volume.getName());
        if (volume.getPersistentVolumeClaim() != null) {
            String name = volume.getPersistentVolumeClaim().getClaimName();
            PersistentVolumeClaim claim = objects.claim(name)
                    .orElseThrow(() -> new NotReadyException("persistentvolumeclaim \"" + name + "\" not found"));
            Path directory = objects.claimDirectory(claim);
            Files.createDirectories(directory);
            return directory;
        }
        Files.createDirectories(own);
        if (volume.getEmptyDir() != null) {
            return own;
        }
        if (volume.getSecret() != null) {
            String name = volume.getSecret().getSecretName();
            Secret secret = objects.secret(name).orElse(null);
            if (secret == null && !Boolean.TRUE.equals(volume.getSecret().getOptional())) {
                throw new NotReadyException("secret \"" + name + "\" not found");
            }
            write(
                    own,
                    secret == null ? Map.of() : content(secret),
                    volume.getSecret().getItems(),
                    mode(volume.getSecret().getDefaultMode()));
            return own;
        }
        if (volume.getConfigMap() != null) {
            String name = volume.getConfigMap().getName();
            ConfigMap configMap = objects.configMap(name).orElse(null);
            if (configMap == null && !Boolean.TRUE.equals(volume.getConfigMap().getOptional())) {
                throw new NotReadyException("configmap \"" + name + "\" not found");
            }
            write(
                    own,
                    configMap == null ? Map.of() : content(configMap),
                    volume.getConfigMap().getItems(),
                    mode(volume.getConfigMap().getDefaultMode()));
            return own;
        }
        throw new NotReadyException(
                "volume " + volume.getName() + " of pod " + pod.getMetadata().getName()
                        + " is of a kind that this machine does not make; use persistentVolumeClaim, emptyDir, secret or"
                        + " configMap");
    }

    /** The bytes of each key. */
    static Map<String, byte[]> content(HasMetadata holder) {
        Map<String, byte[]> content = new TreeMap<>();
        if (holder instanceof Secret secret && secret.getData() != null) {
            secret.getData()
                    .forEach(
                            (key, value) -> content.put(key, Base64.getDecoder().decode(value)));
        }
        if (holder instanceof ConfigMap configMap) {
            if (configMap.getData() != null) {
                configMap.getData().forEach((key, value) -> content.put(key, value.getBytes(StandardCharsets.UTF_8)));
            }
            if (configMap.getBinaryData() != null) {
                configMap
                        .getBinaryData()
                        .forEach((key, value) ->
                                content.put(key, Base64.getDecoder().decode(value)));
            }
        }
        return content;
    }

    private static int mode(Integer declared) {
        return declared == null ? DEFAULT_MODE : declared;
    }

    private static void write(Path directory, Map<String, byte[]> content, List<KeyToPath> items, int mode)
            throws IOException, NotReadyException {
        Map<String, byte[]> files = new TreeMap<>();
        if (items == null || items.isEmpty()) {
            files.putAll(content);
        } else {
            for (KeyToPath item : items) {
                byte[] value = content.get(item.getKey());
                if (value == null) {
                    throw new NotReadyException("references non-existent key: " + item.getKey());
                }
                files.put(item.getPath(), value);
            }
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path target = directory.resolve(file.getKey()).normalize();
            if (!target.startsWith(directory)) {
                throw new NotReadyException("path " + file.getKey() + " leaves its volume");
            }
            if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), file.getValue())) {
                continue;
            }
            Files.createDirectories(target.getParent());
            Path fresh = target.resolveSibling(".." + target.getFileName());
            Files.deleteIfExists(fresh);
            Files.createFile(
                    fresh,
                    java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                            java.nio.file.attribute.PosixFilePermissions.fromString("rw-------")));
            Files.write(fresh, file.getValue());
            Files.setPosixFilePermissions(fresh, permissions(mode));
            // A reader sees the old content or the new one, never a part.
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        }
        try (Stream<Path> present = Files.walk(directory)) {
            for (Path file : present.filter(Files::isRegularFile).toList()) {
                if (!files.containsKey(directory.relativize(file).toString())) {
                    Files.delete(file);
                }
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromHighest = {
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE,
        };
        for (int bit = 0; bit < fromHighest.length; bit++) {
            if ((mode & (0400 >> bit)) != 0) {
                permissions.add(fromHighest[bit]);
            }
        }
        return permissions;
    }
}

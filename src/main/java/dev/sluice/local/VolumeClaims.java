package dev.sluice.local;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volume claims as directories: each is bound at once, outlives its pods, and goes when its claim is deleted. A volume may
 * be a memory file system of the size that was asked for, so that it can be full.
 */
final class VolumeClaims {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeClaims.class);
    private static final String PROTECTION = "kubernetes.io/pvc-protection";

    private final KubernetesClient client;
    private final Path root;
    private final VolumeKind kind;

    VolumeClaims(KubernetesClient client, Path root, VolumeKind kind) {
        this.client = client;
        this.root = root;
        this.kind = kind;
    }

    Path directory(PersistentVolumeClaim claim) {
        return root.resolve(
                claim.getMetadata().getName() + "-" + claim.getMetadata().getUid());
    }

    /**
     * Brings one claim to where it should be.
     *
     * @param present whether the API server still has it
     * @param used whether a pod refers to it
     */
    synchronized void reconcile(PersistentVolumeClaim claim, boolean present, boolean used) {
        try {
            if (!present) {
                unmount(directory(claim));
                FileTrees.delete(directory(claim));
            } else if (claim.getMetadata().getDeletionTimestamp() == null) {
                bind(claim);
            } else if (!used) {
                unprotect(claim);
            }
        } catch (IOException e) {
            LOG.warn("volume of claim {}: {}", claim.getMetadata().getName(), e.getMessage());
        } catch (KubernetesClientException e) {
            // Somebody else was faster; the event of that change brings us here again.
            LOG.debug("claim {}", claim.getMetadata().getName(), e);
        }
    }

    private void bind(PersistentVolumeClaim claim) throws IOException {
        if (claim.getStatus() != null && "Bound".equals(claim.getStatus().getPhase())) {
            return;
        }
        Path directory = Files.createDirectories(directory(claim));
        if (kind == VolumeKind.OF_THEIR_SIZE && !mounted(directory)) {
            SystemCommand.run(
                    "mount",
                    "-t",
                    "tmpfs",
                    "-o",
                    "mode=0755,size=" + sizeOf(claim).getNumericalAmount().toBigInteger(),
                    "sluice-volume",
                    directory.toString());
        }
        Map<String, Object> status = Map.of(
                "phase",
                "Bound",
                "accessModes",
                claim.getSpec().getAccessModes(),
                "capacity",
                claim.getSpec().getResources() == null
                                || claim.getSpec().getResources().getRequests() == null
                        ? Map.of()
                        : claim.getSpec().getResources().getRequests());
        client.persistentVolumeClaims()
                .inNamespace(claim.getMetadata().getNamespace())
                .withName(claim.getMetadata().getName())
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(Map.of("status", status)));
    }

    private static Quantity sizeOf(PersistentVolumeClaim claim) {
        return claim.getSpec().getResources().getRequests().get("storage");
    }

    private static boolean mounted(Path directory) throws IOException {
        return Files.exists(directory)
                && !Files.getFileStore(directory).equals(Files.getFileStore(directory.getParent()));
    }

    private static void unmount(Path directory) throws IOException {
        if (mounted(directory)) {
            // Lazily: a process that is about to end may still have a file open.
            SystemCommand.run("umount", "--lazy", directory.toString());
        }
    }

    /** Lets go of what was mounted; what is in it is gone. */
    synchronized void close() {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> directories = Files.list(root)) {
            for (Path directory : directories.toList()) {
                unmount(directory);
            }
        } catch (IOException e) {
            LOG.warn("volumes in {}: {}", root, e.getMessage());
        }
    }

    private void unprotect(PersistentVolumeClaim claim) {
        List<String> finalizers = claim.getMetadata().getFinalizers();
        if (finalizers == null || !finalizers.contains(PROTECTION)) {
            return;
        }
        Map<String, Object> metadata = Map.of(
                "resourceVersion",
                claim.getMetadata().getResourceVersion(),
                "finalizers",
                finalizers.stream().filter(name -> !name.equals(PROTECTION)).toList());
        client.persistentVolumeClaims()
                .inNamespace(claim.getMetadata().getNamespace())
                .withName(claim.getMetadata().getName())
                .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(Map.of("metadata", metadata)));
    }
}

package dev.sluice.local;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A user's manifests, fitted to this machine: pools behind HAProxy are put behind the local edge. */
final class LocalManifests {
    private static final int PLACES = 64;
    private static final int FIRST_PORT = 25;
    private static final int NEXT_PORTS = 2500;

    private final List<GenericKubernetesResource> objects;

    private LocalManifests(List<GenericKubernetesResource> objects) {
        this.objects = objects;
    }

    /**
     * Reads a file, or all {@code .yaml}, {@code .yml} and {@code .json} files of a directory by their names.
     *
     * @throws LocalRuntimeException when something is not a Kubernetes object; says where
     */
    static LocalManifests read(Path path) {
        if (!Files.exists(path)) {
            throw new LocalRuntimeException(path + " does not exist; name a file or a directory with manifests");
        }
        List<GenericKubernetesResource> objects = new ArrayList<>();
        try (Stream<Path> found = Files.isDirectory(path) ? Files.list(path) : Stream.of(path)) {
            for (Path file : found.filter(candidate -> candidate.toString().matches(".*\\.(ya?ml|json)"))
                    .sorted()
                    .toList()) {
                for (String document : Files.readString(file).split("(?m)^---\\s*$", -1)) {
                    if (document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"))) {
                        objects.add(parse(file, document));
                    }
                }
            }
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot read " + path + ": " + e.getMessage(), e);
        }
        if (objects.isEmpty()) {
            throw new LocalRuntimeException(path + " holds no manifest; it needs at least one .yaml file with a pool");
        }
        return new LocalManifests(objects);
    }

    private static GenericKubernetesResource parse(Path file, String document) {
        GenericKubernetesResource object;
        try {
            object = Serialization.unmarshal(document, GenericKubernetesResource.class);
        } catch (RuntimeException e) {
            throw new LocalRuntimeException(
                    file + " is not YAML: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
        }
        if (object == null || object.getKind() == null || object.getMetadata() == null) {
            throw new LocalRuntimeException(
                    file + " holds something without kind or metadata; write a Kubernetes object");
        }
        return object;
    }

    /** The places that the edge needs: one backend for each pool that is behind HAProxy, in the order of the files. */
    List<Edge.Backend> backends() {
        Map<String, Edge.Backend> backends = new LinkedHashMap<>();
        for (GenericKubernetesResource object : objects) {
            Object backend = object.get("spec", "traffic", "haProxy", "backend");
            if (backend instanceof String name && !backends.containsKey(name)) {
                int port = backends.isEmpty() ? FIRST_PORT : NEXT_PORTS + backends.size();
                boolean plain = "None".equals(object.get("spec", "traffic", "haProxy", "proxyProtocol"));
                backends.put(
                        name,
                        new Edge.Backend(
                                name,
                                port,
                                PLACES,
                                plain ? Edge.ProxyProtocol.NONE : Edge.ProxyProtocol.V2,
                                java.util.OptionalInt.empty()));
            }
        }
        return List.copyOf(backends.values());
    }

    /** The objects with the local edge as their edge. */
    List<GenericKubernetesResource> fittedTo(Edge edge) {
        objects.forEach(object -> fit(object, edge));
        return objects;
    }

    List<GenericKubernetesResource> unchanged() {
        return objects;
    }

    private static void fit(GenericKubernetesResource object, Edge edge) {
        Map<String, Object> spec = child(object.getAdditionalProperties(), "spec");
        Map<String, Object> haProxy = child(child(spec, "traffic"), "haProxy");
        if (haProxy.isEmpty()) {
            return;
        }
        haProxy.put("runtimeAddresses", List.of(edge.runtimeApi()));
        Set<Object> sources = new LinkedHashSet<>();
        if (spec.get("acceptFrom") instanceof List<?> declared) {
            sources.addAll(declared);
        }
        sources.add(edge.address() + "/32");
        spec.put("acceptFrom", List.copyOf(sources));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> child(Map<String, Object> parent, String name) {
        return parent.get(name) instanceof Map<?, ?> map ? (Map<String, Object>) map : new LinkedHashMap<>();
    }
}

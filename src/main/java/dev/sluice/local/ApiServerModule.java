package dev.sluice.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pinned Go module that the API server is built from: {@code tools/apiserver}, packed with this program. */
final class ApiServerModule {
    /** The programs that a control plane on one machine needs, by the package each is built from. */
    static final Map<String, String> PACKAGES = Map.of(
            "etcd", "go.etcd.io/etcd/server/v3",
            "kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver",
            "kubectl", "k8s.io/kubernetes/cmd/kubectl");

    private static final Pattern KUBERNETES =
            Pattern.compile("^\\s*(?:require\\s+)?k8s\\.io/kubernetes\\s+v(\\d+\\.\\d+\\.\\d+)\\b", Pattern.MULTILINE);
    private static final List<String> FILES = List.of("go.mod", "go.sum");

    private ApiServerModule() {}

    /** The version of Kubernetes that the module pins, such as {@code 1.37.2}. */
    static String kubernetesVersion() {
        return kubernetesVersion(new String(read("go.mod"), StandardCharsets.UTF_8));
    }

    static String kubernetesVersion(String goMod) {
        Matcher matcher = KUBERNETES.matcher(goMod);
        if (!matcher.find()) {
            throw new LocalRuntimeException(
                    "tools/apiserver/go.mod does not require k8s.io/kubernetes in a released version, such as v1.37.2");
        }
        return matcher.group(1);
    }

    /** Writes the module into a directory, where Go can build it. */
    static void unpack(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (String file : FILES) {
            Files.write(directory.resolve(file), read(file));
        }
    }

    private static byte[] read(String file) {
        try (InputStream in = ApiServerModule.class.getResourceAsStream("apiserver/" + file)) {
            if (in == null) {
                throw new LocalRuntimeException("this build of Sluice lacks tools/apiserver/" + file
                        + "; build it with ./mvnw package from a complete checkout");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerBinariesTest {
    @TempDir
    Path home;

    private final List<String> progress = new ArrayList<>();

    @Test
    void theDirectoryThatTheUserNamesComesFirst() throws IOException {
        Path assets = home.resolve("assets");
        for (String name : List.of("kube-apiserver", "etcd", "kubectl")) {
            program(assets.resolve(name), "echo Kubernetes v1.33.7");
        }

        var location = binaries(Map.of("KUBEBUILDER_ASSETS", assets.toString())).findOrBuild();

        assertThat(location.version()).isEqualTo("1.33.7");
        assertThat(location.kubectl().toRealPath())
                .isEqualTo(assets.resolve("kubectl").toRealPath());
    }

    @Test
    void aDirectoryThatLacksOneOfTheThreeIsRefusedByName() throws IOException {
        Path assets = home.resolve("assets");
        program(assets.resolve("kube-apiserver"), "echo Kubernetes v1.33.7");
        program(assets.resolve("kubectl"), "true");

        assertThatThrownBy(() -> binaries(Map.of("KUBEBUILDER_ASSETS", assets.toString()))
                        .find())
                .isInstanceOf(LocalRuntimeException.class)
                .hasMessageContaining("no program etcd")
                .hasMessageContaining("unset it");
    }

    @Test
    void anotherVersionInTheCacheIsGoodEnoughUnlessItIsTooOldForTheKinds() throws IOException {
        cached("1.30.14");
        assertThat(binaries(Map.of()).find()).isEmpty();

        cached("1.31.10");
        cached("1.31.9");
        assertThat(binaries(Map.of()).find())
                .map(ApiServerBinaries.Location::version)
                .contains("1.31.10");
    }

    @Test
    void thePinnedVersionIsPreferredToANewerOne() throws IOException {
        cached("9.1.0");
        cached(ApiServerModule.kubernetesVersion());

        assertThat(binaries(Map.of()).find())
                .map(ApiServerBinaries.Location::version)
                .contains(ApiServerModule.kubernetesVersion());
    }

    @Test
    void whatIsMissingIsBuiltOnceWithTheVersionOfTheModule() throws IOException {
        Path calls = home.resolve("calls");
        // $6 is the value of -o; what it is asked to build comes last.
        program(
                home.resolve("bin/go"),
                "echo \"$CGO_ENABLED $*\" >> " + calls
                        + "; while [ \"$1\" != -o ]; do shift; done; echo '#!/bin/sh' > \"$2\"; chmod +x \"$2\"");
        Map<String, String> environment = Map.of("PATH", home.resolve("bin") + ":/usr/bin:/bin");

        var location = binaries(environment).findOrBuild();
        binaries(environment).findOrBuild();

        String version = ApiServerModule.kubernetesVersion();
        assertThat(location.version()).isEqualTo(version);
        assertThat(location.complete()).isTrue();
        assertThat(Files.readAllLines(calls))
                .hasSize(3)
                .allSatisfy(call -> assertThat(call)
                        .startsWith("0 build -trimpath -mod=readonly")
                        .contains("gitVersion=v" + version))
                .last()
                .asString()
                .endsWith("k8s.io/kubernetes/cmd/kube-apiserver");
        assertThat(progress).first().asString().contains(version).contains("minutes");
    }

    @Test
    void aBuildThatFailsLeavesNoHalfProgramAndTellsTheLastLine() throws IOException {
        program(
                home.resolve("bin/go"),
                "while [ \"$1\" != -o ]; do shift; done; : > \"$2\"; echo no space left; exit 1");

        assertThatThrownBy(() -> binaries(Map.of("PATH", home.resolve("bin") + ":/usr/bin:/bin"))
                        .findOrBuild())
                .isInstanceOf(LocalRuntimeException.class)
                .hasMessageContaining("etcd failed: no space left")
                .hasMessageContaining("KUBEBUILDER_ASSETS");
        try (var files = Files.walk(home.resolve(".cache"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".part") || name.startsWith("module-") || name.equals("etcd"));
        }
    }

    @Test
    void theVersionIsReadFromTheModule() {
        assertThat(ApiServerModule.kubernetesVersion("require k8s.io/kubernetes v1.40.1\n"))
                .isEqualTo("1.40.1");
        assertThatThrownBy(() -> ApiServerModule.kubernetesVersion("replace k8s.io/kubernetes => ../x\n"))
                .isInstanceOf(LocalRuntimeException.class);
    }

    private ApiServerBinaries binaries(Map<String, String> environment) {
        return new ApiServerBinaries(environment, home, progress::add);
    }

    private void cached(String version) throws IOException {
        var location = new ApiServerBinaries.Location(home.resolve(".cache/sluice/kube-api-test"), version);
        for (String name : List.of("kube-apiserver", "etcd", "kubectl")) {
            program(location.directory().resolve(name), "true");
        }
    }

    private static void program(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

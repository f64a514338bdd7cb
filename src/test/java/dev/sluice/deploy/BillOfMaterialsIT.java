package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bill of materials in the jar, compared with the libraries that the jar is run with, byte by byte. */
class BillOfMaterialsIT {
    private static final Path JAR = Path.of("target/sluice.jar");

    private static Attributes manifest;
    private static JsonNode bill;
    private static String text;

    @BeforeAll
    static void read() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            manifest = jar.getManifest().getMainAttributes();
            String location = manifest.getValue("Sbom-Location");
            assertThat(jar.getEntry(location))
                    .as("%s in %s; its Maven plugin does nothing offline: build without -o", location, JAR)
                    .isNotNull();
            try (InputStream entry = jar.getInputStream(jar.getEntry(location))) {
                byte[] octets = entry.readAllBytes();
                bill = new ObjectMapper().readTree(octets);
                text = new String(octets, StandardCharsets.UTF_8);
            }
        }
    }

    private static Map<String, String> listed() {
        Map<String, String> listed = new TreeMap<>();
        for (JsonNode component : bill.path("components")) {
            String hash = StreamSupport.stream(component.path("hashes").spliterator(), false)
                    .filter(one -> one.path("alg").asText().equals("SHA-256"))
                    .map(one -> one.path("content").asText())
                    .findFirst()
                    .orElse("no SHA-256");
            listed.put(hash, component.path("purl").asText());
        }
        return listed;
    }

    private static Map<String, String> run() throws IOException, NoSuchAlgorithmException {
        Map<String, String> run = new TreeMap<>();
        for (String library : manifest.getValue(Attributes.Name.CLASS_PATH).split(" ", -1)) {
            byte[] octets = Files.readAllBytes(JAR.resolveSibling(library));
            run.put(
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(octets)),
                    library);
        }
        return run;
    }

    @Test
    void itListsEveryLibraryThatTheJarIsRunWithAndNoOther() throws IOException, NoSuchAlgorithmException {
        Map<String, String> listed = listed();
        Map<String, String> run = run();

        assertThat(run).hasSizeGreaterThan(50);
        assertThat(missing(run, listed.keySet()))
                .as("libraries that are not listed")
                .isEmpty();
        assertThat(missing(listed, run.keySet()))
                .as("listed, but no library of the jar")
                .isEmpty();
        assertThat(listed.values())
                .as("what only tests use")
                .noneMatch(purl -> purl.contains("/assertj-core@")
                        || purl.contains("/jqwik")
                        || purl.contains("/archunit")
                        || purl.contains("/awaitility@")
                        || purl.contains("/testcontainers"));
    }

    private static Set<String> missing(Map<String, String> of, Set<String> from) {
        return of.entrySet().stream()
                .filter(entry -> !from.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachHasAVersionAndALicence() {
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bill.path("specVersion").asText()).isEqualTo("1.6");
        assertThat(bill.path("metadata").path("component").path("name").asText())
                .isEqualTo("sluice");
        for (JsonNode component : bill.path("components")) {
            String purl = component.path("purl").asText();
            assertThat(purl).startsWith("pkg:maven/");
            assertThat(component.path("version").asText()).as(purl).isNotEmpty();
            assertThat(component.path("licenses")).as(purl).isNotEmpty();
        }
    }

    @Test
    void twoBuildsOfTheSameSourceHaveTheSameOne() {
        assertThat(bill.has("serialNumber")).as("a random number").isFalse();
        assertThat(bill.path("metadata").has("timestamp"))
                .as("the time of the build")
                .isFalse();
        assertThat(text).as("a path of the machine").doesNotContain(System.getProperty("user.dir"));
    }
}

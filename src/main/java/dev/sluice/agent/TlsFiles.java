package dev.sluice.agent;

import dev.sluice.node.MutualTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's certificate files; a Secret's volume is exchanged under the running process. */
final class TlsFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

    private record Texts(String certificate, String key, String authority) {
        @Override
        public String toString() {
            return "Texts";
        }
    }

    private final Path directory;
    private final MutualTls tls;
    private Texts inUse;

    TlsFiles(Path directory) throws IOException, GeneralSecurityException {
        this.directory = directory;
        this.inUse = read();
        this.tls = new MutualTls(inUse.certificate(), inUse.key(), inUse.authority());
    }

    MutualTls tls() {
        return tls;
    }

    /** Takes changed files over; files that do not fit together yet are left for the next look. */
    void reloadWhenChanged() {
        try {
            Texts found = read();
            if (!found.equals(inUse)) {
                tls.replace(found.certificate(), found.key(), found.authority());
                inUse = found;
                LOG.info("new certificates are in use");
            }
        } catch (IOException | GeneralSecurityException e) {
            LOG.warn("the certificates in {} cannot be used, the former stay in use: {}", directory, e.getMessage());
        }
    }

    private Texts read() throws IOException {
        return new Texts(
                Files.readString(directory.resolve("tls.crt")),
                Files.readString(directory.resolve("tls.key")),
                Files.readString(directory.resolve("ca.crt")));
    }
}

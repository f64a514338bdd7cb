package dev.sluice.agent;

import dev.sluice.node.NodeOrders;
import dev.sluice.postfix.NodeFacts;
import dev.sluice.postfix.PostfixConfiguration;
import dev.sluice.postfix.PostfixConfiguration.Delivery;
import dev.sluice.postfix.PostfixControl;
import dev.sluice.postfix.QueueFiles;
import dev.sluice.postfix.QueuedMessage;
import dev.sluice.postfix.UnusableOrders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real Postfix. */
final class PostfixAgent implements MailTransferAgent {
    private static final Logger LOG = LoggerFactory.getLogger(PostfixAgent.class);
    /** Postfix waits up to two seconds when it reads a file that has just changed; an older one it reads at once. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private static final String OWNER = "postfix";

    private final NodeFacts facts;
    private final PostfixControl control;
    private String version = "";
    private volatile QueueFiles seen = QueueFiles.none();

    PostfixAgent(NodeFacts facts) {
        this.facts = facts;
        this.control = new PostfixControl(facts.configDirectory(), facts.queueDirectory());
    }

    @Override
    public String version() {
        if (version.isEmpty()) {
            version = control.version();
        }
        return version;
    }

    @Override
    public boolean running() {
        return control.masterProcess().isPresent();
    }

    @Override
    public void configure(NodeOrders orders, Delivery delivery) throws UnusableOrders, IOException {
        PostfixConfiguration configuration = PostfixConfiguration.render(orders, facts, delivery);
        prepareDirectories();
        Path candidate = facts.configDirectory().resolve("candidate");
        Files.createDirectories(candidate);
        Map<String, String> files = new LinkedHashMap<>();
        files.put("dynamicmaps.cf", "");
        files.put(PostfixConfiguration.TRANSPORT_FILE, configuration.transportMap());
        files.put(PostfixConfiguration.FILTER_FILE, configuration.deliveryStatusFilter());
        files.put("master.cf", configuration.masterCf());
        files.put("main.cf", configuration.mainCf());
        write(files, candidate);
        control.examine(candidate);
        install(files.keySet(), candidate);
    }

    private void prepareDirectories() throws IOException {
        Files.createDirectories(facts.configDirectory());
        Files.createDirectories(facts.queueDirectory());
        Files.createDirectories(facts.logFile().getParent());
        Files.createDirectories(facts.dataDirectory());
        Files.setOwner(
                facts.dataDirectory(),
                facts.dataDirectory()
                        .getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(OWNER));
    }

    private static void write(Map<String, String> files, Path directory) throws IOException {
        FileTime settled = FileTime.from(Instant.now().minus(SETTLED));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.writeString(path, file.getValue());
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
            Files.setLastModifiedTime(path, settled);
        }
    }

    private void install(Iterable<String> names, Path from) throws IOException {
        for (String name : names) {
            Files.move(
                    from.resolve(name),
                    facts.configDirectory().resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void start() throws IOException {
        // Daemons of a master that was killed end their session first, and that one may still get its 250.
        if (!running() && !PostfixControl.anybodyReceives()) {
            int rests = QueueFiles.removeRestsOfReceptions(facts.queueDirectory());
            if (rests > 0) {
                LOG.info("removed the rests of {} receptions that were cut off; their senders have no 250", rests);
            }
        }
        control.start();
    }

    @Override
    public void reload() throws IOException {
        control.reload();
    }

    @Override
    public void stop() throws IOException {
        control.stop();
    }

    @Override
    public void hold() throws IOException {
        control.hold();
    }

    @Override
    public void release() throws IOException {
        control.release();
    }

    @Override
    public void flush() throws IOException {
        control.flush();
    }

    @Override
    public QueueFiles queueFiles() throws IOException {
        seen = seen.scanAgain(facts.queueDirectory());
        return seen;
    }

    @Override
    public void list(Consumer<QueuedMessage> messages) throws IOException {
        control.list(messages);
    }

    @Override
    public void reopenLog() throws IOException {
        control.reload();
    }
}

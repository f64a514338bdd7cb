package dev.sluice.local.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/** The world at the end of the path: accepts all mail and writes down what came, when, and which way. */
public final class SinkServer implements AutoCloseable {
    private static final Pattern BY = Pattern.compile("\\bby\\s+(\\S+)");

    private final SMTPServer server;
    private final Journal<Received> journal;
    private final ExecutorService sessions = Executors.newCachedThreadPool();

    /**
     * Starts to listen.
     *
     * @param journal where each message is written down before it is acknowledged
     */
    public SinkServer(InetAddress address, int port, Journal<Received> journal, InstantSource clock) {
        this.journal = journal;
        this.server = SMTPServer.port(port)
                .bindAddress(address)
                .hostName("sink.test")
                .maxConnections(1000)
                .executorService(sessions)
                .insertReceivedHeaders(false)
                .messageHandlerFactory(context -> new Reception(clock))
                .build();
        server.start();
    }

    @Override
    public void close() {
        server.stop();
        sessions.shutdownNow();
        journal.close();
    }

    /** The number of a message and the hosts it came by, read from its header. */
    record Header(Optional<Long> message, List<String> via) {
        static Header read(InputStream data) throws IOException {
            List<String> fields = unfolded(data);
            Optional<Long> number = fields.stream()
                    .filter(field -> field.startsWith(NumberedMessage.HEADER + ":"))
                    .map(field -> Long.parseLong(
                            field.substring(NumberedMessage.HEADER.length() + 1).strip()))
                    .findFirst();
            List<String> via = new ArrayList<>();
            for (String field : fields) {
                if (field.toLowerCase(Locale.ROOT).startsWith("received:")) {
                    Matcher by = BY.matcher(field);
                    if (by.find()) {
                        via.add(0, by.group(1));
                    }
                }
            }
            return new Header(number, via);
        }

        private static List<String> unfolded(InputStream data) throws IOException {
            List<String> fields = new ArrayList<>();
            BufferedReader reader = new BufferedReader(new InputStreamReader(data, StandardCharsets.ISO_8859_1));
            boolean header = true;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isEmpty()) {
                    header = false;
                } else if (header && Character.isWhitespace(line.charAt(0)) && !fields.isEmpty()) {
                    fields.set(fields.size() - 1, fields.get(fields.size() - 1) + " " + line.strip());
                } else if (header) {
                    fields.add(line);
                }
            }
            return fields;
        }
    }

    private final class Reception implements MessageHandler {
        private final InstantSource clock;
        private String sender = "";
        private final List<String> recipients = new ArrayList<>();

        private Reception(InstantSource clock) {
            this.clock = clock;
        }

        @Override
        public void from(String address) {
            sender = address;
        }

        @Override
        public void recipient(String address) {
            recipients.add(address);
        }

        @Override
        public String data(InputStream data) throws RejectException, IOException {
            Header header = Header.read(data);
            for (String recipient : recipients) {
                journal.add(new Received(
                        header.message(),
                        sender.isEmpty(),
                        recipient.substring(recipient.indexOf('@') + 1),
                        clock.instant(),
                        header.via()));
            }
            return null;
        }

        @Override
        public void done() {
            recipients.clear();
        }
    }
}

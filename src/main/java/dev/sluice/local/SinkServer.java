package dev.sluice.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rest of the world: an SMTP server that takes all mail and writes down what came, unless it is told otherwise. */
final class SinkServer implements AutoCloseable {
    /** The header by which a message is known. */
    static final String NUMBER_HEADER = "X-Sluice-Number";

    /** All domains. */
    static final String EVERYWHERE = "*";

    private static final Pattern RECEIVED_BY = Pattern.compile("\\bby\\s+(\\S+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern PATH = Pattern.compile("<([^>]*)>");
    private static final String HANG = "hang";

    private final InetSocketAddress address;
    private final String hostName;
    private final Consumer<Receipt> journal;
    private final InstantSource clock;
    private final Map<String, String> conduct = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listener;

    /**
     * @param address where it listens
     * @param hostName what it calls itself
     * @param journal gets every message before the sender hears that it was taken
     */
    SinkServer(InetSocketAddress address, String hostName, Consumer<Receipt> journal, InstantSource clock) {
        this.address = address;
        this.hostName = hostName;
        this.journal = journal;
        this.clock = clock;
    }

    /** Begins to listen; fine when it does already. */
    synchronized void up() throws IOException {
        if (listener != null) {
            return;
        }
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(address, 512);
        listener = socket;
        Thread thread = new Thread(() -> accept(socket), "sink");
        thread.setDaemon(true);
        thread.start();
    }

    /** Stops listening and breaks all connections. */
    synchronized void down() throws IOException {
        if (listener != null) {
            listener.close();
            listener = null;
        }
        for (Socket socket : open) {
            socket.close();
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Answers RCPT for a domain with this line from now on. */
    void refuse(String domain, String reply) {
        conduct.put(domain.toLowerCase(Locale.ROOT), reply);
    }

    /** Answers RCPT for a domain never. */
    void hang(String domain) {
        conduct.put(domain.toLowerCase(Locale.ROOT), HANG);
    }

    /** Takes mail for a domain again. */
    void take(String domain) {
        conduct.remove(domain.toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() throws IOException {
        down();
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                open.add(client);
                Thread thread = new Thread(() -> converse(client), "sink-session");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    System.err.println("sink: " + e.getMessage());
                }
            }
        }
    }

    private void converse(Socket socket) {
        try (SmtpConversation conversation = new SmtpConversation(socket)) {
            socket.setSoTimeout(300_000);
            new Session(conversation, socket.getInetAddress()).run();
        } catch (IOException e) {
            // The other side went away, which is its right at any time.
            org.slf4j.LoggerFactory.getLogger(SinkServer.class).debug("session ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    /** One connection. */
    private final class Session {
        private final SmtpConversation conversation;
        private final String client;
        private String sender;
        private final List<String> recipients = new ArrayList<>();

        Session(SmtpConversation conversation, InetAddress client) {
            this.conversation = conversation;
            this.client = client.getHostAddress();
        }

        void run() throws IOException, InterruptedException {
            reply("220 " + hostName + " ESMTP");
            while (true) {
                String line = conversation.readLine();
                String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
                switch (verb) {
                    case "EHLO" -> {
                        conversation.write("250-" + hostName);
                        conversation.write("250-PIPELINING");
                        conversation.write("250-SIZE 52428800");
                        conversation.write("250-ENHANCEDSTATUSCODES");
                        reply("250 8BITMIME");
                    }
                    case "HELO" -> reply("250 " + hostName);
                    case "MAIL" -> {
                        sender = path(line);
                        recipients.clear();
                        reply("250 2.1.0 Ok");
                    }
                    case "RCPT" -> recipient(path(line));
                    case "DATA" -> {
                        if (recipients.isEmpty()) {
                            reply("503 5.5.1 need RCPT first");
                        } else {
                            reply("354 End data with <CR><LF>.<CR><LF>");
                            data();
                            reply("250 2.0.0 Ok");
                        }
                    }
                    case "RSET" -> {
                        recipients.clear();
                        reply("250 2.0.0 Ok");
                    }
                    case "NOOP" -> reply("250 2.0.0 Ok");
                    case "QUIT" -> {
                        reply("221 2.0.0 Bye");
                        return;
                    }
                    default -> reply("502 5.5.2 not understood");
                }
            }
        }

        private void recipient(String address) throws IOException, InterruptedException {
            String domain = domain(address);
            String special = conduct.getOrDefault(domain, conduct.get(EVERYWHERE));
            while (HANG.equals(special)) {
                Thread.sleep(200);
                special = conduct.getOrDefault(domain, conduct.get(EVERYWHERE));
            }
            if (special == null) {
                recipients.add(address);
                reply("250 2.1.5 Ok");
            } else {
                reply(special);
            }
        }

        private void data() throws IOException {
            long number = -1;
            StringBuilder header = new StringBuilder();
            List<String> received = new ArrayList<>();
            boolean inHeaders = true;
            for (String line = conversation.readLine(); !line.equals("."); line = conversation.readLine()) {
                if (!inHeaders) {
                    if (sender.isEmpty()) {
                        // A notice has the head of the message that it is about (RFC 3462) below its own.
                        number = Math.max(number, numberIn(line));
                    }
                    continue;
                }
                if (!line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t')) {
                    header.append(' ').append(line.strip());
                    continue;
                }
                number = Math.max(number, numberIn(header));
                noteReceived(header, received);
                header.setLength(0);
                header.append(line);
                inHeaders = !line.isEmpty();
            }
            number = Math.max(number, numberIn(header));
            java.util.Collections.reverse(received);
            Instant now = clock.instant();
            for (String recipient : recipients) {
                journal.accept(
                        new Receipt(number, domain(recipient), sender.isEmpty(), now, client, List.copyOf(received)));
            }
            recipients.clear();
        }

        private void reply(String line) throws IOException {
            conversation.write(line);
            conversation.flush();
        }
    }

    private static long numberIn(CharSequence header) {
        String text = header.toString();
        String prefix = NUMBER_HEADER + ":";
        if (!text.regionMatches(true, 0, prefix, 0, prefix.length())) {
            return -1;
        }
        try {
            return Long.parseLong(text.substring(prefix.length()).strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static void noteReceived(CharSequence header, List<String> received) {
        String text = header.toString();
        if (text.regionMatches(true, 0, "Received:", 0, 9)) {
            Matcher by = RECEIVED_BY.matcher(text);
            if (by.find()) {
                received.add(by.group(1));
            }
        }
    }

    private static String path(String line) {
        Matcher matcher = PATH.matcher(line);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }
}

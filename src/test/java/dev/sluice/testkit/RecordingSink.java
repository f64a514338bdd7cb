package dev.sluice.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A next hop that remembers every recipient whose message it took, and can refuse them all. */
public final class RecordingSink implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile String recipientReply = "250 2.1.5 Ok";

    /** Listens on a free port of the address. */
    public RecordingSink(String address) throws IOException {
        this(address, 0);
    }

    /** Listens on this port of the address, 0 for a free one. */
    public RecordingSink(String address, int port) throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getAllByName(address)[0], port));
        Thread accepting = new Thread(this::accept, "sink");
        accepting.setDaemon(true);
        accepting.start();
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** What RCPT is answered from now on. */
    public void answerRecipientsWith(String reply) {
        recipientReply = reply;
    }

    /** The recipients in the order of their arrival, with duplicates. */
    public List<String> received() {
        return List.copyOf(received);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread session = new Thread(() -> serve(client), "sink-session");
                session.setDaemon(true);
                session.start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                OutputStream out = client.getOutputStream()) {
            say(out, "220 sink ESMTP");
            String recipient = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String verb = line.toUpperCase(Locale.ROOT);
                if (verb.startsWith("RCPT")) {
                    recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                    say(out, recipientReply);
                } else if (verb.equals("DATA")) {
                    say(out, "354 go on");
                    while (!".".equals(in.readLine())) {
                        // The content is of no interest here.
                    }
                    received.add(recipient);
                    say(out, "250 2.0.0 Ok");
                } else if (verb.equals("QUIT")) {
                    say(out, "221 bye");
                    return;
                } else {
                    say(out, "250 sink");
                }
            }
        } catch (IOException e) {
            // A client that leaves is no concern of the test.
            return;
        }
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

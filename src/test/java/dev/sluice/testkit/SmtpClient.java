package dev.sluice.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One SMTP session, said line by line; comes from this machine's own address in the lab. */
public final class SmtpClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LINE = 76;

    private final Socket socket;
    private final BufferedReader in;
    private final OutputStream out;
    private final String greeting;

    private SmtpClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) PATIENCE.toMillis());
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        out = socket.getOutputStream();
        greeting = reply();
    }

    /** Connects, reads the greeting and says EHLO. */
    public static SmtpClient connect(String host, int port) throws IOException {
        SmtpClient client = new SmtpClient(new Socket(InetAddress.getAllByName(host)[0], port));
        if (client.greeting.startsWith("220")) {
            client.say("EHLO client.test");
        }
        return client;
    }

    /** The last line of what the server said first. */
    public String greeting() {
        return greeting;
    }

    /** Says a line; the last line of the answer, empty when the server has left. */
    public String say(String command) throws IOException {
        try {
            out.write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return reply();
        } catch (SocketException e) {
            // A server that left before it read this line answers with a reset.
            return "";
        }
    }

    /** Offers one message of about so many bytes; the last answer, which is the first bad one or that to its end. */
    public String send(String recipient, int bytes) throws IOException {
        for (String command : new String[] {"MAIL FROM:<s@ex.test>", "RCPT TO:<" + recipient + ">", "DATA"}) {
            String answer = say(command);
            if (!answer.startsWith("2") && !answer.startsWith("3")) {
                if (!answer.isEmpty() && !answer.startsWith("421")) {
                    say("RSET");
                }
                return answer;
            }
        }
        StringBuilder content = new StringBuilder("Subject: test\r\n\r\n");
        String line = "x".repeat(LINE) + "\r\n";
        while (content.length() < bytes) {
            content.append(line);
        }
        return say(content + ".");
    }

    private String reply() throws IOException {
        String line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        return line == null ? "" : line;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

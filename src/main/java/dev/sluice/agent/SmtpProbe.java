package dev.sluice.agent;

import dev.sluice.postfix.ReplyClassifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks an SMTP server whether it would take a message, and takes leave before it is one.
 *
 * @param source the address to ask from; empty leaves it to the kernel
 * @param limit the longest that the whole conversation may take
 */
record SmtpProbe(Optional<String> source, Duration limit) {

    /**
     * What to say.
     *
     * @param preamble bytes before the greeting, such as a PROXY header; mostly empty
     * @param helloName the name for EHLO
     * @param xclient arguments of XCLIENT; mostly empty
     * @param sender empty ends the conversation after EHLO
     * @param recipient the recipient to ask for
     */
    record Conversation(String preamble, String helloName, String xclient, String sender, String recipient) {}

    /**
     * How far it went.
     *
     * @param accepted whether every answer was good
     * @param stage the last stage
     * @param reply the last answer or the error, in one line
     * @param code the last answer's code, 0 without one
     * @param milliseconds how long it took
     */
    record Finding(boolean accepted, String stage, String reply, int code, long milliseconds) {}

    private static final int LONGEST_LINE = 2_000;
    private static final int MOST_LINES = 100;

    Finding ask(String host, int port, Conversation conversation) {
        long begin = System.nanoTime();
        String[] stage = {"connect"};
        try (Socket socket = new Socket()) {
            if (source.isPresent()) {
                socket.bind(new InetSocketAddress(address(source.get()), 0));
            }
            socket.connect(new InetSocketAddress(address(host), port), (int) limit.toMillis());
            Talk talk = new Talk(socket, begin + limit.toNanos());
            Reply reply = talk(talk, conversation, stage);
            return new Finding(reply.good(), stage[0], reply.text(), reply.code(), since(begin));
        } catch (SocketTimeoutException e) {
            return new Finding(false, stage[0], "no answer within " + since(begin) + " ms", 0, since(begin));
        } catch (IOException e) {
            String reason = e instanceof UnknownHostException ? "unknown host " + host : String.valueOf(e.getMessage());
            return new Finding(false, stage[0], reason, 0, since(begin));
        }
    }

    private static Reply talk(Talk talk, Conversation conversation, String[] stage) throws IOException {
        talk.write(conversation.preamble());
        stage[0] = "banner";
        Reply reply = talk.read();
        if (!reply.good()) {
            return reply;
        }
        stage[0] = "ehlo";
        reply = talk.say("EHLO " + conversation.helloName());
        String offers = reply.offersTls() ? " (STARTTLS offered)" : "";
        if (reply.good() && !conversation.xclient().isEmpty()) {
            stage[0] = "xclient";
            reply = talk.say("XCLIENT " + conversation.xclient());
            if (reply.good()) {
                stage[0] = "ehlo";
                reply = talk.say("EHLO " + conversation.helloName());
            }
        }
        if (reply.good() && !conversation.recipient().isEmpty()) {
            stage[0] = "mail";
            reply = talk.say("MAIL FROM:<" + conversation.sender() + ">");
            if (reply.good()) {
                stage[0] = "rcpt";
                reply = talk.say("RCPT TO:<" + conversation.recipient() + ">");
            }
        }
        talk.write("QUIT\r\n");
        return new Reply(reply.code(), ReplyClassifier.anonymous(reply.text()) + offers, reply.offersTls());
    }

    private static long since(long begin) {
        return (System.nanoTime() - begin) / 1_000_000;
    }

    private static InetAddress address(String host) throws UnknownHostException {
        return InetAddress.getAllByName(host)[0];
    }

    private record Reply(int code, String text, boolean offersTls) {
        private boolean good() {
            return code / 100 == 2;
        }
    }

    private static final class Talk {
        private final Socket socket;
        private final long deadline;
        private final BufferedReader reader;
        private final OutputStream out;

        private Talk(Socket socket, long deadline) throws IOException {
            this.socket = socket;
            this.deadline = deadline;
            this.reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            this.out = socket.getOutputStream();
        }

        private void write(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }

        private Reply say(String command) throws IOException {
            write(command + "\r\n");
            return read();
        }

        private Reply read() throws IOException {
            boolean tls = false;
            for (int count = 0; count < MOST_LINES; count++) {
                String line = line();
                tls |= line.toUpperCase(Locale.ROOT).contains("STARTTLS");
                if (line.length() < 3 || !line.substring(0, 3).chars().allMatch(c -> c >= '0' && c <= '9')) {
                    throw new IOException("no SMTP server: it said \"" + line + "\"");
                }
                if (line.length() == 3 || line.charAt(3) != '-') {
                    return new Reply(Integer.parseInt(line.substring(0, 3)), line, tls);
                }
            }
            throw new IOException("no SMTP server: its answer does not end");
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (line.length() < LONGEST_LINE) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new SocketTimeoutException("too late");
                }
                socket.setSoTimeout((int) left);
                int character = reader.read();
                if (character < 0) {
                    throw new IOException(
                            "the connection was closed" + (line.isEmpty() ? "" : " after \"" + line + "\""));
                }
                if (character == '\n') {
                    return line.toString().strip();
                }
                line.append((char) character);
            }
            return line.toString();
        }
    }

    /** The header by which a balancer tells whom it speaks for. */
    static String proxyHeader(List<String> clientThenServer, int serverPort) {
        return "PROXY TCP4 " + String.join(" ", clientThenServer) + " 40000 " + serverPort + "\r\n";
    }
}

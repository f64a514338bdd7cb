package dev.sluice.traffic;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One HAProxy's runtime API over TCP. Each command is a connection of its own, as the API wants it. */
final class HaProxyRuntime {
    private static final int LARGEST_ANSWER = 4 * 1024 * 1024;
    /**
     * Bits of {@code srv_admin_state} in HAProxy's management guide: maintenance that is forced, inherited, or for want
     * of an address. 0x04 only tells that the configuration once said {@code disabled}.
     */
    private static final int MAINTENANCE = 0x01 | 0x02 | 0x20 | 0x40;
    /** Forced or inherited drain. */
    private static final int DRAIN = 0x08 | 0x10;

    private final String host;
    private final int port;
    private final Duration limit;

    /**
     * The runtime API at an address.
     *
     * @param address {@code host:port}
     * @param limit the longest that connecting or waiting for an answer may take
     */
    HaProxyRuntime(String address, Duration limit) {
        int colon = address.lastIndexOf(':');
        this.host = address.substring(0, colon).replaceAll("^\\[|\\]$", "");
        this.port = Integer.parseInt(address.substring(colon + 1));
        this.limit = limit;
    }

    /** The servers of a backend, in the order of its configuration. */
    List<HaProxyServer> servers(String backend) throws IOException {
        String states = run("show servers state " + backend);
        if (states.contains("Can't find backend")) {
            throw new IOException("it has no backend " + backend);
        }
        Map<String, Integer> sessions = sessions(backend);
        List<HaProxyServer> servers = new ArrayList<>();
        Map<String, Integer> columns = Map.of();
        for (String line : states.split("\n", -1)) {
            if (line.startsWith("# ")) {
                columns = columns(line.substring(2), " ");
            } else if (!columns.isEmpty() && !line.isBlank()) {
                servers.add(server(line.split(" ", -1), columns, sessions));
            }
        }
        if (columns.isEmpty()) {
            throw new IOException("its answer to 'show servers state' is not understood: " + firstLine(states));
        }
        return servers;
    }

    private static HaProxyServer server(String[] fields, Map<String, Integer> columns, Map<String, Integer> sessions) {
        int admin = Integer.parseInt(fields[columns.get("srv_admin_state")]);
        String name = fields[columns.get("srv_name")];
        return new HaProxyServer(
                name,
                fields[columns.get("srv_addr")],
                Integer.parseInt(fields[columns.get("srv_port")]),
                Integer.parseInt(fields[columns.get("srv_uweight")]),
                (admin & MAINTENANCE) != 0,
                (admin & DRAIN) != 0,
                sessions.getOrDefault(name, 0));
    }

    private Map<String, Integer> sessions(String backend) throws IOException {
        Map<String, Integer> sessions = new HashMap<>();
        Map<String, Integer> columns = Map.of();
        for (String line : run("show stat " + backend + " 4 -1").split("\n", -1)) {
            if (line.startsWith("# ")) {
                columns = columns(line.substring(2), ",");
            } else if (!columns.isEmpty() && !line.isBlank()) {
                String[] fields = line.split(",", -1);
                String current = fields[columns.get("scur")];
                sessions.put(fields[columns.get("svname")], current.isEmpty() ? 0 : Integer.parseInt(current));
            }
        }
        return sessions;
    }

    private static Map<String, Integer> columns(String header, String separator) {
        Map<String, Integer> columns = new HashMap<>();
        String[] names = header.split(separator, -1);
        for (int i = 0; i < names.length; i++) {
            columns.put(names[i], i);
        }
        return columns;
    }

    /** Carries out commands that change something; HAProxy answers nothing, or what it objects to. */
    void change(List<String> commands) throws IOException {
        for (String command : commands) {
            String answer = run(command).strip();
            boolean fine = answer.isEmpty()
                    || answer.startsWith("no need to change")
                    || answer.startsWith("nothing changed")
                    || answer.contains("changed from");
            if (!fine) {
                throw new IOException("it refused '%s': %s".formatted(command, firstLine(answer)));
            }
        }
    }

    private String run(String command) throws IOException {
        int milliseconds = (int) limit.toMillis();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), milliseconds);
            socket.setSoTimeout(milliseconds);
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        }
    }

    private static String read(InputStream input) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
            answer.write(buffer, 0, count);
            if (answer.size() > LARGEST_ANSWER) {
                throw new IOException("its answer is longer than " + LARGEST_ANSWER + " bytes");
            }
        }
        return answer.toString(StandardCharsets.US_ASCII);
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("nothing");
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}

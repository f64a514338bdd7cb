package dev.sluice.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The name service of a lab without a way out (RFC 1035): mail exchangers and addresses as each test sets them. */
public final class NameServer implements AutoCloseable {
    private static final int PORT = 53;
    private static final int HEADER = 12;
    private static final int ADDRESS = 1;
    private static final int MAIL_EXCHANGER = 15;
    private static final int INTERNET = 1;
    private static final int NO_SUCH_NAME = 3;
    private static final int ANSWER_TO_QUESTION_NAME = 0xC000 | HEADER;

    private final DatagramSocket socket;
    private final Map<String, List<String>> exchangers = new ConcurrentHashMap<>();
    private final Map<String, String> addresses = new ConcurrentHashMap<>();

    /** Answers on port 53 of this address. */
    public NameServer(String address) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getAllByName(address)[0], PORT));
        Thread answering = new Thread(this::serve, "name-server");
        answering.setDaemon(true);
        answering.start();
    }

    /** A domain's mail exchangers, the most preferred first; the empty name says that it takes no mail (RFC 7505). */
    public NameServer exchangers(String domain, String... hosts) {
        exchangers.put(domain, List.of(hosts));
        return this;
    }

    /** A host's address. */
    public NameServer address(String host, String address) {
        addresses.put(host, address);
        return this;
    }

    private void serve() {
        byte[] buffer = new byte[512];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private byte[] answer(byte[] query) throws IOException {
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (query[at] != 0) {
            name.append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII))
                    .append('.');
            at += query[at] + 1;
        }
        String asked = name.substring(0, Math.max(0, name.length() - 1)).toLowerCase(Locale.ROOT);
        int type = ((query[at + 1] & 0xff) << 8) | (query[at + 2] & 0xff);
        int questionEnd = at + 5;
        List<byte[]> records = records(asked, type);
        boolean known = exchangers.containsKey(asked) || addresses.containsKey(asked);

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(query, 0, 2);
        // A response, authoritative, with recursion.
        out.writeShort(0x8580 | (known ? 0 : NO_SUCH_NAME));
        out.writeShort(1);
        out.writeShort(records.size());
        out.writeShort(0);
        out.writeShort(0);
        out.write(query, HEADER, questionEnd - HEADER);
        for (byte[] data : records) {
            out.writeShort(ANSWER_TO_QUESTION_NAME);
            out.writeShort(type);
            out.writeShort(INTERNET);
            out.writeInt(1);
            out.writeShort(data.length);
            out.write(data);
        }
        return bytes.toByteArray();
    }

    private List<byte[]> records(String name, int type) throws IOException {
        if (type == ADDRESS && addresses.containsKey(name)) {
            return List.of(InetAddress.getAllByName(addresses.get(name))[0].getAddress());
        }
        if (type != MAIL_EXCHANGER) {
            return List.of();
        }
        List<String> hosts = exchangers.getOrDefault(name, List.of());
        List<byte[]> records = new ArrayList<>();
        for (int preference = hosts.size() - 1; preference >= 0; preference--) {
            // The least preferred first: who asks has to sort.
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeShort(preference * 10);
            for (String label : hosts.get(preference).split("\\.", -1)) {
                if (!label.isEmpty()) {
                    out.writeByte(label.length());
                    out.writeBytes(label);
                }
            }
            out.writeByte(0);
            records.add(bytes.toByteArray());
        }
        return records;
    }

    @Override
    public void close() {
        socket.close();
    }
}

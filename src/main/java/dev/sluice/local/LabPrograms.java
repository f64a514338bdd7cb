package dev.sluice.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;

/** The programs behind {@link Sink} and {@link LoadGenerator}: they end when their input ends. */
public final class LabPrograms {
    private LabPrograms() {}

    /**
     * A sink. Understands {@code refuse DOMAIN REPLY}, {@code hang DOMAIN}, {@code take DOMAIN}, {@code down} and
     * {@code up}; answers {@code ok} to each and once when it listens.
     */
    public static void sink(String listen, Path journal, InputStream in, PrintStream out) throws IOException {
        int colon = listen.lastIndexOf(':');
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getByName(listen.substring(0, colon)), Integer.parseInt(listen.substring(colon + 1)));
        try (Journal.Output output = new Journal.Output(journal);
                SinkServer server = new SinkServer(address, "sink.example", output::write, InstantSource.system());
                BufferedReader commands = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            server.up();
            out.println("ok");
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", 3);
                switch (words[0]) {
                    case "refuse" -> server.refuse(words[1], words[2]);
                    case "hang" -> server.hang(words[1]);
                    case "take" -> server.take(words[1]);
                    case "down" -> server.down();
                    case "up" -> server.up();
                    default -> {
                        out.println("unknown command " + words[0]);
                        continue;
                    }
                }
                out.println("ok");
            }
        }
    }

    /** A load. Understands {@code finish MILLIS}, answered by {@code ok all} or {@code ok some}. */
    public static void load(LoadPlan plan, String source, Path journal, InputStream in, PrintStream out)
            throws IOException, InterruptedException {
        try (Journal.Output output = new Journal.Output(journal);
                LoadEngine engine =
                        new LoadEngine(plan, InetAddress.getByName(source), output::write, InstantSource.system());
                BufferedReader commands = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            engine.start();
            out.println("ok");
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", 2);
                if (words[0].equals("finish")) {
                    engine.stop();
                    out.println(engine.awaitAllAccepted(Long.parseLong(words[1])) ? "ok all" : "ok some");
                } else {
                    out.println("unknown command " + words[0]);
                }
            }
        }
    }
}

package dev.sluice.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.sim.replay.CountsRecording;
import dev.sluice.sim.replay.HopNames;
import dev.sluice.sim.replay.IncidentDay;
import dev.sluice.sim.replay.LogRecording;
import dev.sluice.sim.replay.Recording;
import dev.sluice.sim.replay.Replay;
import dev.sluice.sim.replay.ReplayPlot;
import dev.sluice.sim.replay.ReplayReport;
import dev.sluice.sim.replay.ReplayText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.Year;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice simulate replay}: a policy against a recorded day. */
@Command(
        name = "replay",
        description = "Puts a recorded day before the gate: would a policy have rolled the canary back, when, after how"
                + " many messages, and how often by mistake. The shares of the mail stay as they were recorded.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:answered, whatever the answer is", "1:a file cannot be used", "2:wrong arguments"})
final class SimulateReplayCommand implements Callable<Integer> {
    /** Days that were not read but made up. */
    enum Preset {
        /** 11 % of the mail on new nodes, all of it deferred, 12 h queue lifetime. */
        INCIDENT
    }

    enum Output {
        TEXT,
        JSON
    }

    /** Where the day comes from: one of the three. */
    static final class Source {
        @Option(
                names = "--log",
                arity = "1..*",
                required = true,
                paramLabel = "MAILLOG",
                description = "Logs of Postfix, plain or gzip, in any order.")
        private List<Path> logs = List.of();

        @Option(
                names = "--counts",
                required = true,
                paramLabel = "FILE.csv",
                description =
                        "Counts of outcomes with the columns time, node, nextHop, good, bad, and if wanted stratum,"
                                + " pathFailures, recipientFaults, sender.")
        private Optional<Path> counts = Optional.empty();

        @Option(
                names = "--preset",
                required = true,
                paramLabel = "incident",
                description = "incident: 11 %% of the mail on new nodes, all of it deferred, 12 h queue lifetime.")
        private Optional<Preset> preset = Optional.empty();
    }

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(
            names = "--canary",
            paramLabel = "NAME",
            description = "A node on trial: its host name, or its syslog_name where one host runs several. May be given"
                    + " several times; all other nodes are the baseline.")
    private Set<String> canary = new LinkedHashSet<>();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A RolloutPolicy, or a pool with a policy in place. Default: the built-in policy.")
    private Optional<Path> policy = Optional.empty();

    @Option(
            names = "--next-hop",
            paramLabel = "HOST=NAME",
            description = "Another name for a next hop; hosts with the same name are one next hop. Default: the relay's"
                    + " host as the log has it.")
    private Map<String, String> nextHops = new HashMap<>();

    @Option(
            names = "--own-tier",
            paramLabel = "HOST",
            description = "A next hop, by host, address or name, that belongs to the platform: its refusals are path"
                    + " failures. Next hops with a private address always do.")
    private Set<String> ownTier = new LinkedHashSet<>();

    @Option(
            names = "--peer",
            paramLabel = "HOST",
            description = "Another node of the pool: what goes to it is handed over and counts for nothing.")
    private Set<String> peers = new LinkedHashSet<>();

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description =
                    "The time zone of the log's time stamps and of the answer, such as Europe/Berlin. Default: that"
                            + " of this machine.")
    private Optional<String> zone = Optional.empty();

    @Option(
            names = "--year",
            paramLabel = "YYYY",
            description = "The year in which the log ends. Needed only when it has neither years nor long queue"
                    + " identifiers and is older than a year.")
    private OptionalInt year = OptionalInt.empty();

    @Option(
            names = "--look",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description =
                    "How often the gate is asked; for resamplings every 5 s at least. Default: ${DEFAULT-VALUE}, as"
                            + " the operator does.")
    private int lookSeconds;

    @Option(
            names = "--resamplings",
            paramLabel = "N",
            defaultValue = "100",
            description = "How often the day is dealt anew to see how often the policy errs; 0 for not at all. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int resamplings;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Makes resamplings and the preset repeatable. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Default: ${DEFAULT-VALUE}.")
    private Output output;

    @Option(
            names = "--plot",
            paramLabel = "FILE.svg",
            description = "Draws the difference of failure rates with its band, and the evidence with its limit.")
    private Optional<Path> plot = Optional.empty();

    @Override
    public Integer call() throws IOException {
        check();
        RolloutPolicySpec chosen = policy.map(PolicyFile::read).orElse(RolloutPolicySpec.STANDARD);
        Replay replay = Replay.of(recording(), chosen, Duration.ofSeconds(lookSeconds));
        ReplayReport report = replay.report(resamplings, seed);
        PrintWriter out = spec.commandLine().getOut();
        out.print(output == Output.JSON ? json(report) : ReplayText.of(report));
        out.flush();
        if (plot.isPresent()) {
            write(plot.get(), ReplayPlot.of(replay.figure()));
        }
        return 0;
    }

    private void check() {
        if (lookSeconds < 1 || lookSeconds > 600) {
            throw wrong("--look is " + lookSeconds + ": write seconds from 1 to 600");
        }
        if (resamplings < 0 || resamplings > 100_000) {
            throw wrong("--resamplings is " + resamplings + ": write a number from 0 to 100000");
        }
        if (source.preset.isPresent() && !canary.isEmpty()) {
            throw wrong("--canary and --preset: the preset has its own canary; leave --canary out");
        }
        if (source.logs.isEmpty() && !(nextHops.isEmpty() && ownTier.isEmpty() && peers.isEmpty())) {
            throw wrong("--next-hop, --own-tier and --peer are about logs; leave them out");
        }
    }

    private CommandLine.ParameterException wrong(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private Recording recording() {
        if (source.preset.isPresent()) {
            return IncidentDay.recording(seed);
        }
        if (source.counts.isPresent()) {
            return CountsRecording.read(source.counts.get(), canary, chosenZone());
        }
        return LogRecording.read(source.logs, canary, hops(), reference(), chosenZone());
    }

    private HopNames hops() {
        Map<String, String> names = new HashMap<>();
        nextHops.forEach((host, name) -> names.put(host.toLowerCase(Locale.ROOT), name));
        return new HopNames(names, ownTier, peers);
    }

    private ZoneId chosenZone() {
        try {
            return zone.map(ZoneId::of).orElseGet(ZoneId::systemDefault);
        } catch (DateTimeException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--zone is '%s': write a name such as Europe/Berlin, or an offset such as +01:00"
                            .formatted(zone.orElseThrow()),
                    e);
        }
    }

    private Instant reference() {
        return year.isPresent()
                ? Year.of(year.getAsInt() + 1)
                        .atDay(1)
                        .atStartOfDay(chosenZone())
                        .toInstant()
                        .minusSeconds(1)
                : InstantSource.system().instant();
    }

    private static String json(ReplayReport report) throws IOException {
        return JsonMapper.builder()
                        .addModule(new JavaTimeModule())
                        .addModule(new Jdk8Module())
                        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(report)
                + "\n";
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot write " + file + " (" + e.getMessage() + "); name a file in a directory that exists", e);
        }
    }
}

package dev.sluice.cli.kubectl;

import dev.sluice.api.MessageReport;
import dev.sluice.api.PoolRollout;
import dev.sluice.cli.kubectl.AffectedReport.Detail;
import dev.sluice.cli.kubectl.OutputOptions.Format;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice affected}: which messages met the bad nodes, and what became of each. */
@Command(
        name = "affected",
        description =
                "Says which messages met nodes that were taken out, and what became of each: by next hop, or with --ids"
                        + " one by one with senders and recipients, for those who may read MessageReports.")
public final class AffectedCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOptions output;

    @Parameters(
            arity = "0..1",
            paramLabel = "POOL",
            converter = PoolName.Converter.class,
            description = "fp/NAME, tp/NAME or NAME. Default: the only pool of the namespace.")
    private Optional<PoolName> pool = Optional.empty();

    @Option(
            names = "--revision",
            paramLabel = "REVISION",
            description =
                    "The revision. Default: the one on trial, else the one rejected last, else the last one tried.")
    private Optional<String> revision = Optional.empty();

    @Option(names = "--node", paramLabel = "NODE", description = "One node that was taken out, on trial or in service.")
    private Optional<String> node = Optional.empty();

    @Option(
            names = "--ids",
            description =
                    "Show queue identifiers, senders and recipients. Needs the right to list messagereports.sluice.dev.")
    private boolean ids;

    @Override
    public Integer call() throws InterruptedException {
        Format form = output.format(Format.JSON, Format.YAML, Format.CSV);
        return cluster.with(session -> {
            PoolView view = session.view(session.pool(pool));
            if (node.isPresent()) {
                List<MessageReport> reports = reports(session).stream()
                        .filter(report -> report.getSpec().node().equals(node.get()))
                        .toList();
                String made = reports.stream()
                        .map(report -> report.getSpec().revision())
                        .findFirst()
                        .orElseThrow(() -> new CommandFailure(
                                "--node: nothing is on record of a node %s that was taken out; see 'kubectl get messagereports'"
                                        .formatted(node.get())));
                return tell(AffectedReport.of(view, made, Optional.empty(), reports, detail()), form, Optional.empty());
            }
            Optional<PoolRollout> rollout = Attempts.meant(view, revision);
            if (rollout.isEmpty()) {
                output.print(
                        List.of("%s: nothing was tried yet, so no message met a bad node. Next: kubectl sluice get %s"
                                .formatted(view.reference(), view.reference())));
                return ExitCode.FINE;
            }
            return ofRollout(session, view, rollout.get(), form);
        });
    }

    private int ofRollout(Session session, PoolView view, PoolRollout rollout, Format form) {
        String name = rollout.getMetadata().getName();
        String made = rollout.getSpec().revision();
        try {
            List<MessageReport> reports = reports(session).stream()
                    .filter(report -> name.equals(report.getSpec().rolloutName()))
                    .toList();
            return tell(AffectedReport.of(view, made, Optional.of(name), reports, detail()), form, Optional.empty());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN || ids || form != Format.TEXT) {
                throw e;
            }
            return tell(
                    AffectedReport.of(view, made, Optional.of(name), List.of(), Detail.ANONYMOUS),
                    form,
                    Optional.of(
                            "you have no right to list messagereports.sluice.dev, which name senders and recipients; ask for it if you need more than counts"));
        }
    }

    private Detail detail() {
        return ids ? Detail.IDENTIFIED : Detail.ANONYMOUS;
    }

    private static List<MessageReport> reports(Session session) {
        return session.list(MessageReport.class);
    }

    private int tell(AffectedReport report, Format form, Optional<String> withheld) {
        switch (form) {
            case JSON, YAML -> output.printReport(form, "Affected", report);
            case CSV -> output.print(report.csv());
            default -> output.print(report.text(detail(), withheld, Clock.now()));
        }
        return ExitCode.FINE;
    }
}

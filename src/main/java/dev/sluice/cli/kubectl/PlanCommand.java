package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.MailNode;
import dev.sluice.api.Pool;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.cli.kubectl.OutputOptions.Format;
import dev.sluice.operator.DeclaredPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kubectl sluice plan}: what would applying a file do? The planner itself is asked. */
@Command(
        name = "plan",
        description =
                "Says what applying a file would do: which nodes, which steps, how much evidence and time at today's"
                        + " traffic, what blocks it. The API server validates it by a dry run; nothing is changed.")
public final class PlanCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOptions output;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "A file, a directory, or - for standard input; may be given several times.")
    private List<String> files;

    @Option(
            names = "--traffic",
            paramLabel = "RECIPIENTS",
            description = "Recipients an hour to reckon with. Default: what the nodes have counted, on average.")
    private Optional<Double> traffic = Optional.empty();

    @Option(names = "--exit-code", description = "Exit with 6 when applying the file would change something.")
    private boolean exitCode;

    /** The answer as JSON. */
    private record Answer(List<Outlook> pools) {}

    @Override
    public Integer call() throws InterruptedException {
        Format form = output.format(Format.JSON, Format.YAML);
        traffic.filter(rate -> !(rate > 0)).ifPresent(rate -> {
            throw new CommandFailure("--traffic is %s: write recipients an hour, above 0".formatted(rate));
        });
        List<Manifest> manifests = Manifest.read(files);
        return cluster.with(session -> plan(session, manifests, form));
    }

    private int plan(Session session, List<Manifest> manifests, Format form) {
        List<String> faults = new ArrayList<>();
        List<HasMetadata> accepted = new ArrayList<>();
        ManifestCheck check = new ManifestCheck();
        for (Manifest manifest : manifests) {
            List<String> found = check.faults(manifest);
            if (found.isEmpty() && manifest.isOurs()) {
                DryRun.Answer answer = DryRun.of(session, manifest);
                answer.accepted().ifPresent(accepted::add);
                found = answer.faults();
            }
            found.forEach(
                    fault -> faults.add("%s %s: %s".formatted(Mark.BAD.in(output.colours()), manifest.place(), fault)));
        }
        if (!faults.isEmpty()) {
            faults.add("The API server would refuse this. Next: mend it, then kubectl sluice plan -f " + files.get(0));
            output.print(faults);
            return ExitCode.REFUSED;
        }
        List<Outlook> outlooks = accepted.stream()
                .filter(Pool.class::isInstance)
                .map(Pool.class::cast)
                .map(pool -> outlook(session, pool, accepted))
                .toList();
        if (form == Format.TEXT) {
            print(outlooks, manifests);
        } else {
            output.printReport(form, "Plan", new Answer(outlooks));
        }
        return exitCode && outlooks.stream().anyMatch(Outlook::changesAnything) ? ExitCode.WOULD_CHANGE : ExitCode.FINE;
    }

    private Outlook outlook(Session session, Pool declared, List<HasMetadata> accepted) {
        String space = declared.getMetadata().getNamespace();
        Session there = new Session(session.client(), space);
        List<Pool> pools = there.pools();
        Optional<Pool> live = pools.stream()
                .filter(pool -> pool.kind() == declared.kind()
                        && pool.getMetadata()
                                .getName()
                                .equals(declared.getMetadata().getName()))
                .findFirst();
        List<Pool> afterwards = new ArrayList<>(pools);
        accepted.stream()
                .filter(Pool.class::isInstance)
                .map(Pool.class::cast)
                .filter(other -> other.getMetadata().getNamespace().equals(space))
                .filter(other -> pools.stream()
                        .noneMatch(pool -> pool.kind() == other.kind()
                                && pool.getMetadata()
                                        .getName()
                                        .equals(other.getMetadata().getName())))
                .forEach(afterwards::add);
        List<RolloutPolicy> policies = new ArrayList<>();
        accepted.stream()
                .filter(RolloutPolicy.class::isInstance)
                .map(RolloutPolicy.class::cast)
                .forEach(policies::add);
        policies.addAll(there.list(RolloutPolicy.class));
        return Outlook.of(
                new DeclaredPool(declared, live, afterwards, there.list(MailNode.class), policies),
                live.map(pool -> tree(session, pool.getSpec())).orElseGet(JSON::createObjectNode),
                tree(session, declared.getSpec()),
                traffic,
                Clock.now());
    }

    private static JsonNode tree(Session session, Object spec) {
        try {
            return JSON.readTree(session.client().getKubernetesSerialization().asJson(spec));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a declaration cannot be written as JSON", e);
        }
    }

    private void print(List<Outlook> outlooks, List<Manifest> manifests) {
        Instant now = Clock.now();
        List<String> lines = new ArrayList<>();
        for (Outlook outlook : outlooks) {
            lines.addAll(outlook.text(now));
            lines.add("");
        }
        long ours = manifests.stream().filter(Manifest::isOurs).count();
        lines.add("Checked   by the API server (dry run): all %d objects of Sluice; not looked at: %d others"
                .formatted(ours, manifests.size() - ours));
        lines.add(next(outlooks));
        output.print(lines);
    }

    private String next(List<Outlook> outlooks) {
        if (outlooks.isEmpty()) {
            return "The file declares no pool. Next: kubectl sluice get";
        }
        return outlooks.stream()
                .filter(Outlook::changesAnything)
                .findFirst()
                .map(outlook -> "Next: kubectl apply -f %s && kubectl sluice status %s --timeout 6h"
                        .formatted(files.get(0), outlook.pool()))
                .orElse("Next: kubectl sluice get " + outlooks.get(0).pool());
    }
}

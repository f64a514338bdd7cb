package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.SluiceNames;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kubectl sluice check}: is the installation healthy? */
@Command(
        name = "check",
        description =
                "Checks the installation: the cluster, Sluice's kinds, the operator, your rights, every pool and whether"
                        + " its agents answer. Exits with 1 when something is wrong.")
public final class CheckCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LEASE = "sluice-operator";
    private static final int FORBIDDEN = 403;

    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOptions output;

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "The pools of all namespaces.")
    private boolean everywhere;

    /** What one look found. */
    private record Finding(Mark mark, String sentence) {}

    @Override
    public Integer call() throws InterruptedException {
        output.format();
        return cluster.with(session -> {
            List<Finding> findings = new ArrayList<>();
            findings.add(new Finding(
                    Mark.GOOD,
                    "cluster %s, Kubernetes %s"
                            .formatted(
                                    session.client().getMasterUrl().toString().replaceAll("/$", ""),
                                    session.client().getKubernetesVersion().getGitVersion())));
            boolean kinds = kinds(session, findings);
            operator(session, findings);
            rights(session, findings);
            if (kinds) {
                pools(session, findings);
            }
            return tell(findings);
        });
    }

    private int tell(List<Finding> findings) {
        List<String> lines = new ArrayList<>();
        findings.forEach(finding ->
                lines.add("%s %s".formatted(finding.mark().in(output.colours()), finding.sentence())));
        long wrong =
                findings.stream().filter(finding -> finding.mark() == Mark.BAD).count();
        lines.add(
                wrong == 0
                        ? "All is well (%d looks). Next: kubectl sluice get%s"
                                .formatted(findings.size(), everywhere ? " -A" : "")
                        : "%d of %d looks found something wrong; each line with %s says what to do"
                                .formatted(wrong, findings.size(), Mark.BAD.sign()));
        output.print(lines);
        return wrong == 0 ? ExitCode.FINE : ExitCode.ERROR;
    }

    private static void look(List<Finding> findings, String what, Supplier<Finding> look) {
        try {
            findings.add(look.get());
        } catch (KubernetesClientException e) {
            if (e.getCode() != FORBIDDEN) {
                throw e;
            }
            findings.add(new Finding(Mark.UNKNOWN, "%s: you have no right to look".formatted(what)));
        }
    }

    private static boolean kinds(Session session, List<Finding> findings) {
        Definitions definitions = new Definitions();
        int before = findings.size();
        for (String plural : Definitions.PLURALS) {
            String name = plural + "." + SluiceNames.GROUP;
            look(
                    findings,
                    name,
                    () -> kind(
                            Optional.ofNullable(session.client()
                                    .apiextensions()
                                    .v1()
                                    .customResourceDefinitions()
                                    .withName(name)
                                    .get()),
                            name,
                            definitions.ofPlural(plural)));
        }
        return findings.subList(before, findings.size()).stream()
                .noneMatch(finding -> finding.sentence().contains("not installed"));
    }

    private static Finding kind(Optional<CustomResourceDefinition> installed, String name, JsonNode wanted) {
        if (installed.isEmpty()) {
            return new Finding(
                    Mark.BAD,
                    "%s is not installed: 'helm install', or 'kubectl apply --server-side -f crds/'".formatted(name));
        }
        boolean established = installed.get().getStatus() != null
                && installed.get().getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
        if (!established) {
            return new Finding(Mark.BAD, "%s is not served yet: see 'kubectl describe crd %s'".formatted(name, name));
        }
        try {
            JsonNode served = Definitions.schema(JSON.readTree(
                    new io.fabric8.kubernetes.client.utils.KubernetesSerialization().asJson(installed.get())));
            List<String> differences = Difference.of(served, Definitions.schema(wanted));
            return differences.isEmpty()
                    ? new Finding(
                            Mark.GOOD, "%s serves %s, as this program knows it".formatted(name, SluiceNames.VERSION))
                    : new Finding(
                            Mark.BAD,
                            "%s is of another version than this program, at %d places, the first %s: upgrade the older of the two"
                                    .formatted(
                                            name,
                                            differences.size(),
                                            differences.get(0).replaceAll(" .*", "")));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a definition cannot be written as JSON", e);
        }
    }

    private static void operator(Session session, List<Finding> findings) {
        look(
                findings,
                "operator's Lease",
                () -> lease(session.client()
                        .leases()
                        .inAnyNamespace()
                        .withField("metadata.name", LEASE)
                        .list()
                        .getItems()));
        look(
                findings,
                "operator's Deployment",
                () -> deployment(session.client()
                        .apps()
                        .deployments()
                        .inAnyNamespace()
                        .withLabel("app.kubernetes.io/name", "sluice")
                        .list()
                        .getItems()));
    }

    private static Finding lease(List<Lease> leases) {
        if (leases.isEmpty()) {
            return new Finding(
                    Mark.BAD,
                    "no operator has ever worked here (no Lease %s in any namespace): install it with 'helm install' or 'kubectl apply -k deploy'"
                            .formatted(LEASE));
        }
        Lease lease = leases.get(0);
        String holder = Optional.ofNullable(lease.getSpec().getHolderIdentity()).orElse("");
        String where = lease.getMetadata().getNamespace() + "/" + LEASE;
        if (holder.isEmpty()) {
            return new Finding(
                    Mark.BAD,
                    "no operator leads (Lease %s has no holder): see 'kubectl get pods -A -l app.kubernetes.io/name=sluice'"
                            .formatted(where));
        }
        if (lease.getSpec().getLeaseDurationSeconds() == null || lease.getSpec().getRenewTime() == null) {
            return new Finding(
                    Mark.GOOD, "operator %s works alone, without an election (Lease %s)".formatted(holder, where));
        }
        Duration age = Duration.between(lease.getSpec().getRenewTime().toInstant(), Clock.now());
        long limit = lease.getSpec().getLeaseDurationSeconds();
        return age.toSeconds() <= limit
                ? new Finding(
                        Mark.GOOD,
                        "operator %s leads, renewed %d s ago (limit %d s)"
                                .formatted(holder, Math.max(0, age.toSeconds()), limit))
                : new Finding(
                        Mark.BAD,
                        "operator %s has not renewed its Lease %s for %s (limit %d s): see 'kubectl get pods -A -l app.kubernetes.io/name=sluice'"
                                .formatted(holder, where, Text.of(age), limit));
    }

    private static Finding deployment(List<Deployment> deployments) {
        if (deployments.isEmpty()) {
            return new Finding(Mark.UNKNOWN, "no Deployment of the operator; it runs elsewhere, or not at all");
        }
        Deployment deployment = deployments.get(0);
        int wanted = Optional.ofNullable(deployment.getSpec().getReplicas()).orElse(1);
        int ready = Optional.ofNullable(deployment.getStatus())
                .map(status -> status.getReadyReplicas())
                .orElse(0);
        String name = deployment.getMetadata().getNamespace() + "/"
                + deployment.getMetadata().getName();
        return new Finding(
                ready >= Math.max(1, wanted) ? Mark.GOOD : Mark.BAD,
                ready >= Math.max(1, wanted)
                        ? "Deployment %s: %d of %d replicas ready".formatted(name, ready, wanted)
                        : "Deployment %s: %d of %d replicas ready; see 'kubectl -n %s describe pods -l app.kubernetes.io/name=sluice'"
                                .formatted(
                                        name,
                                        ready,
                                        wanted,
                                        deployment.getMetadata().getNamespace()));
    }

    private static void rights(Session session, List<Finding> findings) {
        record Right(String verb, String resource, String use) {}
        List<Right> rights = List.of(
                new Right("list", "filterpools", "get, status, watch and plan"),
                new Right("list", "mailnodes", "queue"),
                new Right("list", "poolrollouts", "explain, history and affected"),
                new Right("create", "poolactions", "promote, abort, retry, pause and resume"),
                new Right("delete", "mailnodes", "drain"),
                new Right("list", "messagereports", "affected by message"));
        List<String> held = new ArrayList<>();
        List<String> lacking = new ArrayList<>();
        for (Right right : rights) {
            boolean allowed = session.client()
                    .authorization()
                    .v1()
                    .selfSubjectAccessReview()
                    .create(new SelfSubjectAccessReviewBuilder()
                            .withNewSpec()
                            .withNewResourceAttributes()
                            .withNamespace(session.namespace())
                            .withGroup(SluiceNames.GROUP)
                            .withResource(right.resource())
                            .withVerb(right.verb())
                            .endResourceAttributes()
                            .endSpec()
                            .build())
                    .getStatus()
                    .getAllowed();
            (allowed ? held : lacking).add(right.use());
        }
        findings.add(new Finding(
                lacking.isEmpty() ? Mark.GOOD : Mark.UNKNOWN,
                "your rights in namespace %s: %s%s"
                        .formatted(
                                session.namespace(),
                                held.isEmpty() ? "none" : String.join(", ", held),
                                lacking.isEmpty() ? "" : "; not " + String.join(", ", lacking))));
    }

    private void pools(Session session, List<Finding> findings) {
        List<Pool> pools = session.pools(everywhere ? Optional.empty() : Optional.of(session.namespace()));
        if (pools.isEmpty()) {
            findings.add(new Finding(
                    Mark.UNKNOWN,
                    everywhere
                            ? "there is no pool in this cluster yet"
                            : "there is no pool in namespace %s; -A looks everywhere".formatted(session.namespace())));
        }
        pools.forEach(pool -> findings.add(pool(pool)));
    }

    private static Finding pool(Pool pool) {
        String name = pool.getMetadata().getNamespace() + " "
                + PoolName.of(pool.kind(), pool.getMetadata().getName());
        PoolStatus status = Optional.ofNullable(pool.getStatus()).orElse(PoolStatus.NEVER_OBSERVED);
        Long seen = status.observedGeneration();
        if (seen == null || !seen.equals(pool.getMetadata().getGeneration())) {
            Duration age = Duration.between(Instant.parse(pool.getMetadata().getCreationTimestamp()), Clock.now());
            return new Finding(
                    age.toMinutes() < 1 ? Mark.AT_WORK : Mark.BAD,
                    "%s: no operator has seen generation %d; does the operator look after this namespace?"
                            .formatted(name, pool.getMetadata().getGeneration()));
        }
        return fault(status, "Available")
                .map(fault -> new Finding(Mark.BAD, "%s: mail does not flow as it should: %s".formatted(name, fault)))
                .or(() -> fault(status, "MetricsReady")
                        .map(fault -> new Finding(Mark.BAD, "%s: agents are silent: %s".formatted(name, fault))))
                .orElseGet(() -> new Finding(
                        Mark.GOOD,
                        "%s: mail flows, %d nodes, every agent that carries mail answers"
                                .formatted(name, status.nodes().size())));
    }

    private static Optional<String> fault(PoolStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals("False"))
                .map(Condition::getMessage)
                .findFirst();
    }
}

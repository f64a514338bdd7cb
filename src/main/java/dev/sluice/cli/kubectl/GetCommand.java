package dev.sluice.cli.kubectl;

import dev.sluice.api.Pool;
import dev.sluice.cli.kubectl.OutputOptions.Format;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kubectl sluice get}: all pools in a table, or one pool on a screen. */
@Command(name = "get", aliases = "list", description = "Shows all pools, or one with its trial, evidence and nodes.")
public final class GetCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions cluster;

    @Mixin
    private OutputOptions output;

    @Parameters(
            arity = "0..1",
            paramLabel = "POOL",
            converter = PoolName.Converter.class,
            description = "fp/NAME, tp/NAME or NAME. Default: all pools.")
    private Optional<PoolName> pool = Optional.empty();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "The pools of all namespaces.")
    private boolean everywhere;

    @Override
    public Integer call() throws InterruptedException {
        Format form = output.format(Format.JSON, Format.YAML, Format.NAME, Format.WIDE);
        if (everywhere && pool.isPresent()) {
            throw new CommandFailure(
                    "-A lists the pools of all namespaces; leave it out to see one, with -n NAMESPACE");
        }
        return cluster.with(session -> {
            if (pool.isPresent()) {
                one(session, form);
            } else {
                all(session, form);
            }
            return ExitCode.FINE;
        });
    }

    private void one(Session session, Format form) {
        Pool found = session.pool(pool);
        switch (form) {
            case JSON, YAML -> output.printObjects(form, List.of(found), false);
            case NAME -> output.print(List.of(resource(found)));
            case TEXT, WIDE, CSV -> output.print(PoolScreen.of(session.view(found), Clock.now(), output.colours()));
        }
    }

    private void all(Session session, Format form) {
        Optional<String> where = everywhere ? Optional.empty() : Optional.of(session.namespace());
        List<Pool> pools = session.pools(where);
        switch (form) {
            case JSON, YAML -> output.printObjects(form, pools, true);
            case NAME -> output.print(pools.stream().map(GetCommand::resource).toList());
            case TEXT, WIDE, CSV -> {
                if (pools.isEmpty()) {
                    output.print(List.of(
                            everywhere
                                    ? "There is no pool in this cluster. Next: kubectl sluice plan -f FILE"
                                    : "There is no pool in namespace %s. Next: kubectl sluice get -A"
                                            .formatted(session.namespace())));
                } else {
                    output.print(PoolTable.of(
                            pools,
                            form == Format.WIDE ? PoolTable.Width.WIDE : PoolTable.Width.NARROW,
                            everywhere ? PoolTable.Space.ALL : PoolTable.Space.ONE,
                            Clock.now()));
                }
            }
        }
    }

    private static String resource(Pool pool) {
        return "%s.sluice.dev/%s"
                .formatted(
                        pool.getKind().toLowerCase(java.util.Locale.ROOT),
                        pool.getMetadata().getName());
    }
}

package dev.sluice.cli.kubectl;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The pools that a half-typed command could mean, of the namespace and the cluster that it names so far. */
final class PoolNames {
    private final List<String> typed;

    /**
     * Of a command.
     *
     * @param typed its words without the one that is being typed
     */
    PoolNames(List<String> typed) {
        this.typed = typed;
    }

    @Command
    private static final class Where {
        @Mixin
        private ClusterOptions cluster;
    }

    /** Such as {@code fp/edge-in}; nothing when the cluster does not tell, since a completion must not complain. */
    Stream<String> offered() throws InterruptedException {
        Where where = new Where();
        try {
            new CommandLine(where).setUnmatchedArgumentsAllowed(true).parseArgs(typed.toArray(String[]::new));
            Stream.Builder<String> names = Stream.builder();
            where.cluster.with(session -> {
                session.pools()
                        .forEach(pool -> names.add(
                                PoolName.of(pool.kind(), pool.getMetadata().getName())));
                return ExitCode.FINE;
            });
            return names.build();
        } catch (CommandFailure | CommandLine.ParameterException e) {
            return Stream.of();
        }
    }
}

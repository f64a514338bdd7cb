package dev.sluice.operator;

import dev.sluice.api.PoolSpec;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Rejection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The ways of naming a declaration that this version knows. A name that a pool's status remembers is compared by the
 * scheme that made it, so that a version of this program that names otherwise begins no rollout; only what is really new
 * gets a name of the newest scheme.
 *
 * @param newestFirst the schemes; those that are no longer given to anything new stay, for comparison
 */
public record RevisionSchemes(List<Scheme> newestFirst) {
    /** Those of this version. */
    public static final RevisionSchemes KNOWN =
            new RevisionSchemes(List.of(new Scheme(RevisionHash.SCHEME, RevisionHash::of)));

    /** A copy, and not an empty one. */
    public RevisionSchemes {
        newestFirst = List.copyOf(newestFirst);
        if (newestFirst.isEmpty()) {
            throw new IllegalArgumentException("without a scheme nothing can be named");
        }
    }

    /**
     * One way of naming.
     *
     * @param prefix what its names begin with, such as {@code v1-}
     * @param naming the name of a declaration, prefix included
     */
    public record Scheme(String prefix, Function<PoolSpec, String> naming) {}

    /** The revision that a declaration asks for: a remembered one that it is of, else a new name. */
    public String desired(PoolSpec spec, PoolStatus status) {
        return Stream.concat(
                        Stream.of(
                                status.revisions().stable(), status.revisions().candidate()),
                        status.revisions().rejected().stream().map(Rejection::revision))
                .filter(Objects::nonNull)
                .filter(remembered -> isOf(remembered, spec))
                .findFirst()
                .orElseGet(() -> newestFirst.get(0).naming().apply(spec));
    }

    /** Whether a revision is the name of that declaration, by the scheme that made the name. */
    boolean isOf(String revision, PoolSpec spec) {
        return newestFirst.stream()
                .filter(scheme -> revision.startsWith(scheme.prefix()))
                .anyMatch(scheme -> revision.equals(scheme.naming().apply(spec)));
    }
}

package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolKind;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A pool as people write it: {@code fp/edge-in}, {@code transportpool/outbound} or {@code edge-in}.
 *
 * @param kind the kind, empty when it was not written
 * @param name the name
 */
record PoolName(Optional<PoolKind> kind, String name) {
    private static final Map<String, PoolKind> KINDS = Map.of(
            "fp", PoolKind.FILTER_POOL,
            "filterpool", PoolKind.FILTER_POOL,
            "filterpools", PoolKind.FILTER_POOL,
            "filterpools.sluice.dev", PoolKind.FILTER_POOL,
            "tp", PoolKind.TRANSPORT_POOL,
            "transportpool", PoolKind.TRANSPORT_POOL,
            "transportpools", PoolKind.TRANSPORT_POOL,
            "transportpools.sluice.dev", PoolKind.TRANSPORT_POOL);

    /** Reads what people write. */
    static final class Converter implements ITypeConverter<PoolName> {
        @Override
        public PoolName convert(String text) {
            return parse(text);
        }
    }

    private static PoolName parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new PoolName(Optional.empty(), text);
        }
        String kind = text.substring(0, slash).toLowerCase(Locale.ROOT);
        String name = text.substring(slash + 1);
        if (!KINDS.containsKey(kind) || name.isEmpty()) {
            throw new TypeConversionException(
                    "%s names no pool: write fp/NAME for a FilterPool or tp/NAME for a TransportPool".formatted(text));
        }
        return new PoolName(Optional.of(KINDS.get(kind)), name);
    }

    /** Such as {@code fp/edge-in}. */
    static String of(PoolKind kind, String name) {
        return (kind == PoolKind.FILTER_POOL ? "fp/" : "tp/") + name;
    }
}

package dev.sluice.cli.kubectl;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lengths of time as kubectl takes them: {@code 30s}, {@code 10m}, {@code 6h}, {@code 1h30m}. */
final class Durations implements ITypeConverter<Duration> {
    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,4})d)?(?:(\\d{1,5})h)?(?:(\\d{1,6})m)?(?:(\\d{1,8})s)?");

    @Override
    public Duration convert(String text) {
        Matcher found = FORM.matcher(text);
        if (text.isEmpty() || !found.matches()) {
            throw new TypeConversionException(
                    "%s is no length of time: write such as 30s, 10m, 6h or 1h30m".formatted(text));
        }
        return Duration.ofDays(number(found.group(1)))
                .plusHours(number(found.group(2)))
                .plusMinutes(number(found.group(3)))
                .plusSeconds(number(found.group(4)));
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}

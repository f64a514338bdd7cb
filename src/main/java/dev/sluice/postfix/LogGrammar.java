package dev.sluice.postfix;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads lines of Postfix's log. Programs are told by the last segment of the service's name, since {@code syslog_name}
 * may hold slashes; both the traditional and the RFC 3339 time stamp are understood.
 */
public final class LogGrammar {
    private static final Pattern PREFIX = Pattern.compile(
            "^(?:(?<month>\\w{3})\\s+(?<day>\\d{1,2}) (?<clock>\\d\\d:\\d\\d:\\d\\d)|(?<full>\\d{4}-\\d\\d-\\d\\dT\\S+))"
                    + " \\S+ [\\w.-]+?/(?<service>[\\w/.-]+)\\[\\d+]: (?<message>.*)$");
    private static final String ID = "(?<id>[0-9A-F]{6,}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,})";
    private static final Pattern DELIVERY = Pattern.compile("^" + ID
            + ": to=<(?<to>[^>]*)>, (?:orig_to=<[^>]*>, )?relay=(?<relay>[^,]+), (?:conn_use=\\d+, )?"
            + "delay=(?<delay>[\\d.]+), delays=[\\d./]+, dsn=(?<code>\\d\\.\\d{1,3}\\.\\d{1,3}), "
            + "status=(?<status>[\\w-]+) \\((?<text>.*)\\)$");
    private static final Pattern ACCEPTED = Pattern.compile("^" + ID + ": client=(?<client>\\S+?)(?:, .*)?$");
    private static final Pattern PICKED_UP =
            Pattern.compile("^" + ID + ": uid=\\d+ from=<[^>]*>(?: orig_id=(?<former>\\w+))?$");
    private static final Pattern QUEUED =
            Pattern.compile("^" + ID + ": from=<(?<from>[^>]*)>, size=(?<size>\\d+), nrcpt=(?<count>\\d+).*$");
    private static final Pattern EXPIRED =
            Pattern.compile("^" + ID + ": from=<[^>]*>, status=(?:expired|force-expired), returned to sender$");
    private static final Pattern NOTICE =
            Pattern.compile("^" + ID + ": (?:sender|postmaster) [\\w-]+ (?:[\\w-]+ )?notification: (?<notice>\\w+)$");
    private static final Pattern STATE =
            Pattern.compile("^" + ID + ": (?<state>removed|placed on hold|released from hold)$");
    private static final Map<String, LogLine.Status> STATUSES = Arrays.stream(LogLine.Status.values())
            .collect(Collectors.toUnmodifiableMap(LogLine.Status::word, Function.identity()));
    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    private static final int LEAP_YEAR = 2024;

    private final InstantSource clock;
    private final ZoneId zone;

    /**
     * Begins a reader.
     *
     * @param clock gives the year, which the traditional time stamp lacks
     * @param zone in which Postfix writes the traditional time stamp
     */
    public LogGrammar(InstantSource clock, ZoneId zone) {
        this.clock = clock;
        this.zone = zone;
    }

    /** What the line says; empty when it says nothing about a message, or is not of Postfix. */
    public Optional<LogLine> parse(String line) {
        Matcher prefix = PREFIX.matcher(line);
        if (!prefix.matches()) {
            return Optional.empty();
        }
        Optional<Instant> time = time(prefix);
        if (time.isEmpty()) {
            return Optional.empty();
        }
        String service = prefix.group("service");
        int slash = service.lastIndexOf('/');
        String program = service.substring(slash + 1);
        String listener = slash < 0 ? "" : service.substring(0, slash);
        return message(time.get(), program, listener, prefix.group("message"));
    }

    private static Optional<LogLine> message(Instant time, String program, String listener, String message) {
        return switch (program) {
            case "smtpd" -> accepted(time, listener, message);
            case "pickup" -> pickedUp(time, message);
            case "qmgr" -> first(queued(time, message), () -> expired(time, message), () -> state(time, message));
            case "bounce" -> notice(time, message);
            case "postsuper" -> state(time, message);
            default -> delivery(time, program, message);
        };
    }

    @SafeVarargs
    private static Optional<LogLine> first(Optional<LogLine> one, Supplier<Optional<LogLine>>... others) {
        Optional<LogLine> found = one;
        for (Supplier<Optional<LogLine>> other : others) {
            if (found.isEmpty()) {
                found = other.get();
            }
        }
        return found;
    }

    private static Optional<LogLine> accepted(Instant time, String listener, String message) {
        Matcher matcher = ACCEPTED.matcher(message);
        return matcher.matches()
                ? Optional.of(new LogLine.Accepted(time, matcher.group("id"), listener, matcher.group("client")))
                : Optional.empty();
    }

    private static Optional<LogLine> pickedUp(Instant time, String message) {
        Matcher matcher = PICKED_UP.matcher(message);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String former = matcher.group("former");
        return Optional.of(
                former == null
                        ? new LogLine.Accepted(time, matcher.group("id"), "", "local")
                        : new LogLine.Renamed(time, matcher.group("id"), former));
    }

    private static Optional<LogLine> queued(Instant time, String message) {
        Matcher matcher = QUEUED.matcher(message);
        return matcher.matches()
                ? Optional.of(new LogLine.Queued(
                        time,
                        matcher.group("id"),
                        matcher.group("from"),
                        Long.parseLong(matcher.group("size")),
                        Integer.parseInt(matcher.group("count"))))
                : Optional.empty();
    }

    private static Optional<LogLine> expired(Instant time, String message) {
        Matcher matcher = EXPIRED.matcher(message);
        return matcher.matches() ? Optional.of(new LogLine.Expired(time, matcher.group("id"))) : Optional.empty();
    }

    private static Optional<LogLine> notice(Instant time, String message) {
        Matcher matcher = NOTICE.matcher(message);
        return matcher.matches()
                ? Optional.of(new LogLine.NoticeMade(time, matcher.group("id"), matcher.group("notice")))
                : Optional.empty();
    }

    private static Optional<LogLine> state(Instant time, String message) {
        Matcher matcher = STATE.matcher(message);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String id = matcher.group("id");
        return Optional.of(
                switch (matcher.group("state")) {
                    case "removed" -> new LogLine.Removed(time, id);
                    case "placed on hold" -> new LogLine.Held(time, id);
                    default -> new LogLine.Released(time, id);
                });
    }

    private static Optional<LogLine> delivery(Instant time, String program, String message) {
        Matcher matcher = DELIVERY.matcher(message);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        LogLine.Status status = STATUSES.get(matcher.group("status"));
        if (status == null) {
            return Optional.empty();
        }
        return Optional.of(new LogLine.Delivery(
                time,
                matcher.group("id"),
                program,
                matcher.group("to"),
                Relay.parse(matcher.group("relay")),
                Double.parseDouble(matcher.group("delay")),
                matcher.group("code"),
                status,
                matcher.group("text")));
    }

    private Optional<Instant> time(Matcher prefix) {
        try {
            String full = prefix.group("full");
            return Optional.of(
                    full != null
                            ? OffsetDateTime.parse(full).toInstant()
                            : withoutYear(prefix.group("month"), prefix.group("day"), prefix.group("clock")));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private Instant withoutYear(String month, String day, String time) {
        // Asked of a leap year, so that 29 February is a date and 31 February is none in any year.
        LocalDate possible = LocalDate.of(LEAP_YEAR, MONTHS.indexOf(month) + 1, Integer.parseInt(day));
        ZonedDateTime now = clock.instant().atZone(zone);
        int monthNumber = possible.getMonthValue();
        Instant latest = now.toInstant().plus(Duration.ofDays(1));
        for (int year = now.getYear() + 1; ; year--) {
            if (!YearMonth.of(year, monthNumber).isValidDay(possible.getDayOfMonth())) {
                continue;
            }
            LocalDateTime candidate = LocalDateTime.of(
                    year,
                    monthNumber,
                    possible.getDayOfMonth(),
                    Integer.parseInt(time.substring(0, 2)),
                    Integer.parseInt(time.substring(3, 5)),
                    Integer.parseInt(time.substring(6, 8)));
            Instant instant = candidate.atZone(zone).toInstant();
            if (!instant.isAfter(latest)) {
                return instant;
            }
        }
    }
}

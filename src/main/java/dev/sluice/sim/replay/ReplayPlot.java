package dev.sluice.sim.replay;

import dev.sluice.sim.replay.ReplayFigure.Point;
import dev.sluice.sim.replay.ReplayFigure.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;

/** Draws a replay as SVG: above the difference of failure rates with its band, below the gate's evidence with its limit. */
public final class ReplayPlot {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 660;
    private static final int LEFT = 84;
    private static final int RIGHT = 936;
    private static final int UPPER_TOP = 86;
    private static final int UPPER_BOTTOM = 316;
    private static final int LOWER_TOP = 386;
    private static final int LOWER_BOTTOM = 596;
    private static final int MOST_TIME_TICKS = 8;
    private static final int MOST_VALUE_TICKS = 6;
    /** Evidence is drawn from a tenth on; what is below says nothing against the canary. */
    private static final double LEAST_EVIDENCE = -1;

    private static final List<Duration> TIME_STEPS = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(15),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(4),
            Duration.ofHours(12),
            Duration.ofDays(1));

    private final ReplayFigure figure;
    private final StringBuilder svg = new StringBuilder();

    private ReplayPlot(ReplayFigure figure) {
        this.figure = figure;
    }

    /** The drawing, a whole SVG file. */
    public static String of(ReplayFigure figure) {
        return new ReplayPlot(figure).draw();
    }

    /** From values to pixels. */
    private record Axis(double low, double high, int bottom, int top) {
        private double at(double value) {
            double part = (Math.max(low, Math.min(high, value)) - low) / (high - low);
            return bottom - part * (bottom - top);
        }
    }

    private String draw() {
        begin();
        text(LEFT, 30, "title", "start", "Replay: is the canary worse than the baseline, and does the gate see it?");
        difference();
        evidence();
        text((LEFT + RIGHT) / 2.0, HEIGHT - 14, "label", "middle", timeLabel());
        svg.append("</svg>\n");
        return svg.toString();
    }

    private void begin() {
        svg.append("""
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img" aria-label="Difference of failure rates and the gate's evidence over time">
                <style>
                  .paper { fill: #ffffff }
                  text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
                  .title { font-size: 16px; font-weight: 600 }
                  .tick { font-size: 12px; fill: #59636e }
                  .grid { stroke: #d1d9e0; stroke-width: 1 }
                  .frame { stroke: #59636e; stroke-width: 1; fill: none }
                  .band { fill: #0969da; fill-opacity: 0.18 }
                  .difference { stroke: #0969da; stroke-width: 2; fill: none }
                  .zero { stroke: #59636e; stroke-width: 1.5 }
                  .evidence { stroke: #8250df; stroke-width: 2; fill: none }
                  .limit { stroke: #bf3989; stroke-width: 1.5; stroke-dasharray: 7 4 }
                  .decision { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 3 3 }
                  .decided { fill: #cf222e }
                  @media (prefers-color-scheme: dark) {
                    .paper { fill: #0d1117 }
                    text { fill: #f0f6fc }
                    .tick { fill: #9198a1 }
                    .grid { stroke: #3d444d }
                    .frame, .zero { stroke: #9198a1 }
                    .band { fill: #4493f8; fill-opacity: 0.25 }
                    .difference { stroke: #4493f8 }
                    .evidence { stroke: #ab7df8 }
                    .limit { stroke: #f778ba }
                    .decision { stroke: #f85149 }
                    .decided { fill: #f85149 }
                  }
                </style>
                <rect class="paper" width="%1$d" height="%2$d"/>
                """.formatted(WIDTH, HEIGHT));
    }

    private void difference() {
        double low = Math.min(
                        0,
                        figure.spans().stream().mapToDouble(Span::lower).min().orElse(-0.01))
                * 100;
        double high = Math.max(
                        0,
                        figure.spans().stream().mapToDouble(Span::upper).max().orElse(0.01))
                * 100;
        double step = niceStep((high - low) / MOST_VALUE_TICKS);
        Axis axis = new Axis(Math.floor(low / step) * step, Math.ceil(high / step) * step, UPPER_BOTTOM, UPPER_TOP);
        times(axis);
        for (double value = axis.low(); value <= axis.high() + step / 2; value += step) {
            valueTick(axis, value, number(value));
        }
        verticalLabel(axis, "canary minus baseline, percentage points");
        line("zero", LEFT, axis.at(0), RIGHT, axis.at(0));
        for (Span span : figure.spans()) {
            double top = axis.at(span.upper() * 100);
            double bottom = axis.at(span.lower() * 100);
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"band\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
                    x(span.beginMillis()),
                    top,
                    Math.max(1, x(span.endMillis()) - x(span.beginMillis())),
                    Math.max(1, bottom - top)));
        }
        StringBuilder path = new StringBuilder();
        long before = Long.MIN_VALUE;
        for (Span span : figure.spans()) {
            double y = axis.at(span.difference() * 100);
            path.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1f L%.1f %.1f ",
                    span.beginMillis() == before ? "L" : "M",
                    x(span.beginMillis()),
                    y,
                    x(span.endMillis()),
                    y));
            before = span.endMillis();
        }
        path("difference", path);
        frame(axis);
        decision(axis, true);
        legend(56, "difference", "difference of failure rates, in units of the same next hop", 0);
        svg.append("<rect class=\"band\" x=\"%d\" y=\"%d\" width=\"26\" height=\"10\"/>\n".formatted(LEFT + 440, 51));
        text(LEFT + 474, 60, "label", "start", "95 % interval of each span (pointwise)");
    }

    private void evidence() {
        double limit = figure.limit() / Math.log(10);
        double highest = figure.evidence().stream()
                .mapToDouble(Point::logMass)
                .map(mass -> mass / Math.log(10))
                .max()
                .orElse(0);
        double step = Math.max(1, niceStep((Math.max(limit, highest) - LEAST_EVIDENCE) / MOST_VALUE_TICKS));
        Axis axis = new Axis(
                LEAST_EVIDENCE, Math.ceil((Math.max(limit, highest) + 0.2) / step) * step, LOWER_BOTTOM, LOWER_TOP);
        times(axis);
        for (double power = 0; power <= axis.high(); power += step) {
            valueTick(axis, power, power(power));
        }
        valueTick(axis, LEAST_EVIDENCE, "≤ 0.1");
        timeLabels(axis);
        verticalLabel(axis, "evidence (likelihood factor)");
        line("limit", LEFT, axis.at(limit), RIGHT, axis.at(limit));
        StringBuilder path = new StringBuilder();
        for (Point point : figure.evidence()) {
            path.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1f ",
                    path.isEmpty() ? "M" : "L",
                    x(point.millis()),
                    axis.at(point.logMass() / Math.log(10))));
        }
        path("evidence", path);
        frame(axis);
        decision(axis, false);
        legend(366, "evidence", "evidence against " + figure.judged(), 0);
        legend(
                366,
                "limit",
                String.format(Locale.ROOT, "limit %.0f: from here on it is taken out", Math.exp(figure.limit())),
                440);
    }

    private void legend(int y, String style, String words, int offset) {
        line(style, LEFT + offset, y, LEFT + offset + 26, y);
        text(LEFT + offset + 34, y + 4, "label", "start", words);
    }

    private void decision(Axis axis, boolean named) {
        figure.decisionMillis().ifPresent(millis -> {
            double x = x(millis);
            line("decision", x, axis.bottom(), x, axis.top());
            if (named) {
                boolean rightHalf = x > (LEFT + RIGHT) / 2.0;
                text(
                        x + (rightHalf ? -6 : 6),
                        axis.bottom() - 10,
                        "decided",
                        rightHalf ? "end" : "start",
                        "taken out at "
                                + DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT)
                                        .format(zoned(millis)));
            }
        });
    }

    private void times(Axis axis) {
        eachTick(millis -> line("grid", x(millis), axis.bottom(), x(millis), axis.top()));
    }

    private void timeLabels(Axis axis) {
        DateTimeFormatter format = DateTimeFormatter.ofPattern(
                step().compareTo(Duration.ofMinutes(1)) < 0 ? "HH:mm:ss" : "HH:mm", Locale.ROOT);
        eachTick(millis -> text(x(millis), axis.bottom() + 18, "tick", "middle", format.format(zoned(millis))));
    }

    private void eachTick(LongConsumer each) {
        long step = step().toMillis();
        ZonedDateTime midnight = zoned(figure.beginMillis()).truncatedTo(ChronoUnit.DAYS);
        long origin = midnight.toInstant().toEpochMilli();
        long first = origin + Math.floorDiv(figure.beginMillis() - origin + step - 1, step) * step;
        for (long millis = first; millis <= figure.endMillis(); millis += step) {
            each.accept(millis);
        }
    }

    private Duration step() {
        long span = figure.endMillis() - figure.beginMillis();
        return TIME_STEPS.stream()
                .filter(step -> span / step.toMillis() <= MOST_TIME_TICKS)
                .findFirst()
                .orElse(Duration.ofDays(7));
    }

    private String timeLabel() {
        return "time of day, %s, from %s"
                .formatted(figure.zone().getId(), DateTimeFormatter.ISO_LOCAL_DATE.format(zoned(figure.beginMillis())));
    }

    private ZonedDateTime zoned(long millis) {
        return Instant.ofEpochMilli(millis).atZone(figure.zone());
    }

    private double x(long millis) {
        double part = (double) (millis - figure.beginMillis()) / (figure.endMillis() - figure.beginMillis());
        return LEFT + Math.max(0, Math.min(1, part)) * (RIGHT - LEFT);
    }

    private void valueTick(Axis axis, double value, String words) {
        line("grid", LEFT, axis.at(value), RIGHT, axis.at(value));
        text(LEFT - 8, axis.at(value) + 4, "tick", "end", words);
    }

    private void verticalLabel(Axis axis, String words) {
        double middle = (axis.bottom() + axis.top()) / 2.0;
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"label\" text-anchor=\"middle\" transform=\"translate(20 %.1f) rotate(-90)\">%s</text>\n",
                middle,
                escaped(words)));
    }

    private void frame(Axis axis) {
        svg.append("<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n"
                .formatted(LEFT, axis.top(), RIGHT - LEFT, axis.bottom() - axis.top()));
    }

    private void path(String style, CharSequence path) {
        if (!path.isEmpty()) {
            svg.append("<path class=\"%s\" d=\"%s\"/>\n"
                    .formatted(style, path.toString().strip()));
        }
    }

    private void line(String style, double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                style,
                x1,
                y1,
                x2,
                y2));
    }

    private void text(double x, double y, String style, String anchor, String words) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
                style,
                x,
                y,
                anchor,
                escaped(words)));
    }

    private static double niceStep(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(rough, 1e-9))));
        for (int factor : new int[] {1, 2, 5}) {
            if (factor * power >= rough) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String number(double value) {
        double shown = Math.abs(value) < 1e-9 ? 0 : value;
        return String.format(Locale.ROOT, shown == 0 ? "%.0f" : shown == Math.rint(shown) ? "%+.0f" : "%+.2g", shown);
    }

    private static String power(double exponent) {
        return exponent <= 4
                ? String.format(Locale.ROOT, "%.0f", Math.pow(10, exponent))
                : String.format(Locale.ROOT, "1e%.0f", exponent);
    }

    private static String escaped(String words) {
        return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}

package dev.sluice.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.RolloutPolicySpec;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReplayPlotTest {
    @TempDir
    private Path directory;

    private Document drawing;

    @BeforeEach
    void draw() throws Exception {
        Recording recording = RecordedLogs.read(List.of(RecordedLogs.incident(directory)), "filter-3");
        String svg = ReplayPlot.of(Replay.of(recording, RolloutPolicySpec.STANDARD, Duration.ofSeconds(5))
                .figure());
        drawing =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private List<Element> elements(String name, String style) {
        List<Element> found = new ArrayList<>();
        NodeList all = drawing.getElementsByTagName(name);
        for (int place = 0; place < all.getLength(); place++) {
            Element element = (Element) all.item(place);
            if (style.isEmpty() || element.getAttribute("class").equals(style)) {
                found.add(element);
            }
        }
        return found;
    }

    @Test
    void axesAndLinesAreNamedWithTheirUnits() {
        assertThat(elements("text", ""))
                .extracting(Element::getTextContent)
                .contains(
                        "canary minus baseline, percentage points",
                        "evidence (likelihood factor)",
                        "time of day, Z, from 2026-11-25",
                        "95 % interval of each span (pointwise)",
                        "evidence against all canary nodes together: path failures",
                        "taken out at 07:14:35",
                        "+100",
                        "1000")
                .anyMatch(words -> words.matches("limit [1-9]\\d\\d: from here on it is taken out"));
    }

    @Test
    void theEvidenceCrossesItsLimitWhereTheCanaryIsTakenOut() {
        double limit = Double.parseDouble(elements("line", "limit").get(0).getAttribute("y1"));
        String path = elements("path", "evidence").get(0).getAttribute("d");
        String last = path.substring(path.lastIndexOf('L') + 1);
        int gap = last.indexOf(' ');
        double decided = Double.parseDouble(elements("line", "decision").get(0).getAttribute("x1"));

        assertThat(Double.parseDouble(last.substring(0, gap))).isEqualTo(decided);
        assertThat(Double.parseDouble(last.substring(gap))).isLessThan(limit);
    }

    @Test
    void nothingIsDrawnOutsideThePaper() {
        assertThat(elements("rect", "band")).hasSizeGreaterThan(2).allSatisfy(band -> {
            double top = Double.parseDouble(band.getAttribute("y"));
            assertThat(top).isBetween(0.0, 660.0);
            assertThat(top + Double.parseDouble(band.getAttribute("height"))).isLessThanOrEqualTo(660);
        });
    }

    @Test
    void itCanBeReadInTheDark() {
        assertThat(elements("style", "").get(0).getTextContent()).contains("prefers-color-scheme: dark");
    }
}

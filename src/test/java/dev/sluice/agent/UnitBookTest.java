package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.agent.UnitBook.Unit;
import dev.sluice.node.NodeJson;
import org.junit.jupiter.api.Test;

class UnitBookTest {
    private final UnitBook book = new UnitBook();

    private static Unit unit(String sender, long second) {
        return new Unit(sender, "c.test", 0, second * 1000);
    }

    @Test
    void whatWasWrittenDownIsStillDecided() throws JsonProcessingException {
        assertThat(book.decides(unit("a.test", 10))).isTrue();
        assertThat(book.decides(unit("a.test", 310))).isTrue();

        UnitBook read = NodeJson.mapper().readValue(NodeJson.mapper().writeValueAsString(book), UnitBook.class);

        assertThat(read.size()).isEqualTo(2);
        assertThat(read.decides(unit("a.test", 20))).isFalse();
        assertThat(read.decides(unit("a.test", 320))).isFalse();
        assertThat(read.decides(unit("b.test", 20))).isTrue();
    }

    @Test
    void unitsAreForgottenOnceNoneOfTheirMailCanBeOpen() {
        book.decides(unit("a.test", 10));
        book.decides(unit("a.test", 310));

        book.forget(299_000);
        assertThat(book.size()).isEqualTo(2);

        book.forget(300_000);
        assertThat(book.size()).isOne();
        assertThat(book.decides(unit("a.test", 320))).isFalse();
        assertThat(book.decides(unit("a.test", 20))).isTrue();
    }

    @Test
    void theClassOfASenderDependsOnNothingElseAndNeverChanges() {
        assertThat(new Unit("example.org", "c.test", 0, 0).senderClass())
                .isEqualTo(15)
                .isEqualTo(new Unit("example.org", "d.test", 7, 1_000_000).senderClass());
    }

    @Test
    void whatWasRememberedOneByOneIsNotCountedAgainPastTheBound() {
        for (int number = 0; number < UnitBook.MOST; number++) {
            book.decides(unit("s" + number + ".test", 10));
        }

        assertThat(book.decides(unit("s0.test", 10))).isFalse();
        assertThat(book.decides(unit("new.test", 10))).isTrue();
    }

    @Test
    void pastItsBoundUnitsAreFewerAndNoneCountsTwice() {
        int sent = UnitBook.MOST + 200_000;
        int counted = 0;
        for (int number = 0; number < sent; number++) {
            counted += book.decides(unit("s" + number + ".test", 10)) ? 1 : 0;
        }
        assertThat(counted).isGreaterThan(UnitBook.MOST + UnitBook.SHARED / 2);
        assertThat(book.size()).isEqualTo(counted).isLessThanOrEqualTo(UnitBook.MOST + UnitBook.SHARED);

        for (int number = 0; number < sent; number++) {
            counted -= book.decides(unit("s" + number + ".test", 10)) ? 1_000_000 : 0;
        }
        assertThat(counted).isPositive();
    }
}

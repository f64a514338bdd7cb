package dev.sluice.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Occasion;
import dev.sluice.notify.Message.Course;
import dev.sluice.notify.Message.Gravity;
import dev.sluice.plan.EventReason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which facts are told, and what of them. */
class MessagesTest {
    @Test
    void everyOccasionIsToldOfByAtLeastOneFact() {
        Set<Occasion> told = Arrays.stream(EventReason.values())
                .flatMap(reason -> Facts.told(Facts.plain(reason)).stream())
                .filter(message -> message.course() != Course.ENDED)
                .map(Message::occasion)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Occasion.class)));

        assertThat(told).containsExactlyInAnyOrder(Occasion.values());
    }

    @Test
    void aRollbackSaysWhyWhatHappensByItselfAndWhatAPersonMustDo() {
        Message message = Facts.rolledBack();

        assertThat(message.occasion()).isEqualTo(Occasion.ROLLED_BACK);
        assertThat(message.gravity()).isEqualTo(Gravity.CRITICAL);
        assertThat(message.why()).contains("454 4.7.1");
        assertThat(message.grounds()).isPresent();
        assertThat(message.byItself()).contains("handed to healthy nodes");
        assertThat(message.person()).contains("kubectl sluice retry");
        assertThat(message.command()).isEqualTo("kubectl sluice explain fp/edge -n mail");
        assertThat(message.attempt()).contains(Facts.ATTEMPT);
    }

    @Test
    void whateverLastsHasAnEnd() {
        Set<Occasion> begun = occasions(Course.BEGAN);

        assertThat(occasions(Course.ENDED)).isEqualTo(begun);
    }

    private static Set<Occasion> occasions(Course course) {
        return Arrays.stream(EventReason.values())
                .flatMap(reason -> Facts.told(Facts.plain(reason)).stream())
                .filter(message -> message.course() == course)
                .map(Message::occasion)
                .collect(Collectors.toSet());
    }

    @Test
    void oneMessageKeepsItsIdentityAndNoTwoShareOne() {
        assertThat(Facts.rolledBack().id()).isEqualTo(Facts.rolledBack().id());
        assertThat(Facts.told(Facts.rollback())).extracting(Message::id).doesNotHaveDuplicates();
        assertThat(Facts.told(Facts.plain(EventReason.NODE_EJECTED)).get(0).id())
                .isNotEqualTo(Facts.rolledBack().id());
    }

    @Test
    void thatAReceiverFailsIsNotToldToReceivers() {
        assertThat(Facts.told(Facts.plain(EventReason.NOTIFICATION_FAILED))).isEmpty();
    }

    @Test
    void theFiguresCarryRuleValueIntervalLimitAndCount() {
        assertThat(Figures.of(Facts.rolledBack().grounds().orElseThrow()))
                .isEqualTo("FirstAttemptsFail (partner): 17.6 % failed on the canary (58 of 330), 1.9 % on the baseline"
                        + " (25 of 1342), difference +15.7 points [+11.9, +20.2]; evidence 5.30e+03, limit 400");
    }
}

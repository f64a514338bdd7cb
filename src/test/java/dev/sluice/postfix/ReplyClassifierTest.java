package dev.sluice.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.Fault;
import dev.sluice.postfix.ReplyClassifier.Judgement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyClassifierTest {
    private final ReplyClassifier classifier = new ReplyClassifier();

    @ParameterizedTest(name = "{1} → {2}, path failure {3}")
    @CsvSource(delimiter = '|', textBlock = """
            5.7.1 | host 10.20.1.21[10.20.1.21] said: 554 5.7.1 <u@customer.test>: Relay access denied (in reply to RCPT TO command) | NEXT_HOP | true
            4.7.1 | host 10.20.1.21[10.20.1.21] said: 454 4.7.1 <u@customer.test>: Relay access denied (in reply to RCPT TO command) | NEXT_HOP | true
            4.7.1 | host 10.20.1.21[10.20.1.21] said: 554 5.7.1 <13u@c.test>: Relay access denied (in reply to RCPT TO command) | NEXT_HOP | true
            5.7.1 | host 10.20.1.21[10.20.1.21] said: 554 5.7.1 <unknown[10.20.0.12]>: Client host rejected: Access denied (in reply to RCPT TO command) | NEXT_HOP | true
            4.7.1 | host 10.20.1.21[10.20.1.21] refused to talk to me: 554 5.7.1 <unknown[10.20.0.12]>: Client host rejected: Access denied | NEXT_HOP | true
            4.4.1 | connect to 10.20.1.21[10.20.1.21]:25: Connection timed out | NEXT_HOP | true
            4.4.1 | connect to 10.20.1.21[10.20.1.21]:25: No route to host | NEXT_HOP | true
            4.4.1 | connect to 10.20.1.21[10.20.1.21]:25: Connection refused | NEXT_HOP | true
            4.4.1 | delivery temporarily suspended: connect to 10.20.1.21[10.20.1.21]:25: Connection timed out | NEXT_HOP | true
            4.0.0 | host 10.20.2.31[10.20.2.31] refused to talk to me: 421 4.0.0 Server closing connection | NEXT_HOP | true
            4.3.0 | host 10.20.2.31[10.20.2.31] said: 450 4.3.0 Error: command failed (in reply to MAIL FROM command) | NEXT_HOP | false
            5.3.0 | host 10.20.2.31[10.20.2.31] said: 500 5.3.0 Error: command failed (in reply to end of DATA command) | NEXT_HOP | false
            4.4.2 | lost connection with 10.20.2.31[10.20.2.31] while sending DATA command | NEXT_HOP | true
            4.4.2 | lost connection with 10.20.2.31[10.20.2.31] while sending end of data -- message may be sent more than once | NEXT_HOP | true
            4.4.2 | conversation with 10.20.2.31[10.20.2.31] timed out while receiving the initial server greeting | NEXT_HOP | true
            4.7.4 | TLS is required, but was not offered by host 10.20.2.31[10.20.2.31] | NEXT_HOP | true
            4.3.5 | mail for 10.20.0.11 loops back to myself | NODE | true
            4.3.0 | mail transport unavailable | NODE | true
            4.4.0 | server configuration error | NODE | true
            4.4.3 | Host or domain name not found. Name service error for name=relay.invalid type=MX: Host not found, try again | NODE | false
            5.1.1 | host 10.20.1.21[10.20.1.21] said: 550 5.1.1 <nobody@c.test>: Recipient address rejected: no such user (in reply to RCPT TO command) | RECIPIENT | false
            4.2.0 | host 10.20.1.21[10.20.1.21] said: 450 4.2.0 <slow@c.test>: Recipient address rejected: greylisted, try again (in reply to RCPT TO command) | POLICY | false
            5.4.4 | Host or domain name not found. Name service error for name=nowhere.invalid type=A: Host not found | RECIPIENT | false
            5.7.1 | host 10.20.1.21[10.20.1.21] said: 554 5.7.1 message content rejected: spam | POLICY | false
            """)
    void judgesWhatTheOwnTierSays(String code, String text, Fault fault, boolean pathFailure) {
        Judgement judgement = classifier.judge(code, text, true);

        assertThat(judgement.fault()).isEqualTo(fault);
        assertThat(judgement.pathFailure()).isEqualTo(pathFailure);
    }

    @Test
    void aStrangersSilenceIsNoFailureOfThePath() {
        assertThat(classifier.judge("4.4.1", "connect to mx.c.test[192.0.2.7]:25: Connection timed out", false))
                .isEqualTo(new Judgement(Fault.NEXT_HOP, "network", false));
    }

    @Test
    void anAddressThatLooksLikeAReplyDecidesNothing() {
        Judgement judgement = classifier.judge(
                "5.1.1",
                "host h[192.0.2.7] said: 550 5.1.1 <greylist.spamhaus@relay-access-denied.test>: User unknown",
                false);

        assertThat(judgement.fault()).isEqualTo(Fault.RECIPIENT);
    }

    @Test
    void whatIsShownNamesNobody() {
        assertThat(ReplyClassifier.anonymous(
                        "host h[192.0.2.7] said: 554 5.7.1 <anna@c.test>: bob@d.test may not, <unknown[10.20.0.12]>"))
                .isEqualTo("host h[192.0.2.7] said: 554 5.7.1 <…>: <…> may not, <unknown[10.20.0.12]>");
    }
}

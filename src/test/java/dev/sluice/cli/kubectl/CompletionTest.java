package dev.sluice.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a shell and kubectl are told of what could come next. */
class CompletionTest {
    @Test
    void kubectlLearnsTheCommandsThatBeginSo() {
        assertThat(Typed.plain("__complete -- p").lines()).containsExactly("pause", "plan", "promote", ":4");
    }

    @Test
    void kubectlLearnsTheOptionsOfACommand() {
        assertThat(Typed.plain("__complete -- status fp/edge --ti").lines()).containsExactly("--timeout", ":4");
    }

    @Test
    void kubectlLearnsTheFormsOfAnAnswer() {
        assertThat(Typed.plain("__complete -- get -o ''").lines())
                .startsWith("json")
                .endsWith(":4");
    }

    @Test
    void filesAreLeftToTheShell() {
        assertThat(Typed.plain("__complete -- plan -f ex").lines()).containsExactly(":0");
    }

    @Test
    void aClusterThatDoesNotTellItsPoolsIsNoReasonToComplain() {
        Typed typed = Typed.plain("__complete -- get --kubeconfig=/nowhere f");

        assertThat(typed.lines()).containsExactly(":4");
        assertThat(typed.err()).isEmpty();
    }

    @Test
    void hiddenCommandsStayHidden() {
        assertThat(Typed.plain("__complete -- ''").out()).doesNotContain("warm-up", "__complete");
    }

    @Test
    void theScriptForTheShellKnowsTheCommands() {
        assertThat(Typed.plain("completion bash").out()).contains("complete -F", "affected", "--timeout");
    }
}

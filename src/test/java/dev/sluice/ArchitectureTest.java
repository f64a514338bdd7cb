package dev.sluice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The borders between the packages: decisions are pure, dependencies point inward. */
@AnalyzeClasses(packages = "dev.sluice", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] OUTSIDE_WORLD = {
        "io.fabric8.kubernetes.client..", "io.javaoperatorsdk..", "java.io..", "java.nio.file..", "java.net.."
    };

    @ArchTest
    static final ArchRule theGateKnowsNothingButItself = noClasses()
            .that()
            .resideInAPackage("dev.sluice.gate..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sluice.api..",
                    "dev.sluice.plan..",
                    "dev.sluice.operator..",
                    "dev.sluice.node..",
                    "io.fabric8..",
                    "io.javaoperatorsdk..",
                    "java.io..",
                    "java.nio.file..",
                    "java.net..");

    @ArchTest
    static final ArchRule aPolicysFiguresKnowNoMail = noClasses()
            .that()
            .resideInAPackage("dev.sluice.policy..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "dev.sluice.policy..", "dev.sluice.api..", "dev.sluice.gate..", "java.lang..", "java.util..");

    @ArchTest
    static final ArchRule thePlannerAsksNobody = noClasses()
            .that()
            .resideInAPackage("dev.sluice.plan..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(OUTSIDE_WORLD);

    @ArchTest
    static final ArchRule thePlannerIsNotToldHowItsPlansAreCarriedOut = noClasses()
            .that()
            .resideInAPackage("dev.sluice.plan..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sluice.operator..",
                    "dev.sluice.notify..",
                    "dev.sluice.traffic..",
                    "dev.sluice.relay..",
                    "dev.sluice.agent..",
                    "dev.sluice.postfix..",
                    "dev.sluice.local..",
                    "dev.sluice.cli..");

    @ArchTest
    static final ArchRule decisionsReadNoClock = noClasses()
            .that()
            .resideInAnyPackage("dev.sluice.plan..", "dev.sluice.gate..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule theApiIsDataAlone = noClasses()
            .that()
            .resideInAPackage("dev.sluice.api..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sluice.gate..",
                    "dev.sluice.plan..",
                    "dev.sluice.operator..",
                    "dev.sluice.node..",
                    "dev.sluice.agent..",
                    "dev.sluice.postfix..",
                    "dev.sluice.traffic..",
                    "dev.sluice.relay..",
                    "dev.sluice.local..",
                    "dev.sluice.cli..");

    @ArchTest
    static final ArchRule theContractKnowsNeitherSide = noClasses()
            .that()
            .resideInAPackage("dev.sluice.node..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.sluice.agent..", "dev.sluice.operator..", "dev.sluice.postfix..", "io.fabric8..");

    @ArchTest
    static final ArchRule theAgentKnowsNoCluster = noClasses()
            .that()
            .resideInAnyPackage("dev.sluice.agent..", "dev.sluice.postfix..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "dev.sluice.operator..", "dev.sluice.api..");

    @ArchTest
    static final ArchRule routersAndRelayDecideNothing = noClasses()
            .that()
            .resideInAnyPackage("dev.sluice.traffic..", "dev.sluice.relay..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sluice.operator..", "dev.sluice.plan..", "dev.sluice.gate..", "dev.sluice.agent..");

    @ArchTest
    static final ArchRule aReplayAsksTheGateAndNobodyElse = noClasses()
            .that()
            .resideInAPackage("dev.sluice.sim.replay..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.sluice.operator..",
                    "dev.sluice.plan..",
                    "dev.sluice.agent..",
                    "dev.sluice.traffic..",
                    "dev.sluice.relay..",
                    "dev.sluice.local..",
                    "dev.sluice.cli..",
                    "io.fabric8.kubernetes.client..",
                    "io.javaoperatorsdk..");

    @ArchTest
    static final ArchRule aReplayIsTheSameAtAnyTime = noClasses()
            .that()
            .resideInAPackage("dev.sluice.sim.replay..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(java.time.InstantSource.class, "system")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule whoTellsPeopleKnowsNoCluster = noClasses()
            .that()
            .resideInAPackage("dev.sluice.notify..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "dev.sluice.operator..", "dev.sluice.node..");

    @ArchTest
    static final ArchRule onlyOneClassWritesStatus = noClasses()
            .that()
            .resideInAPackage("dev.sluice.operator..")
            .and()
            .doNotHaveSimpleName("StatusWriter")
            .should()
            .dependOnClassesThat()
            .haveSimpleName("PrimaryUpdateAndCacheUtils");
}

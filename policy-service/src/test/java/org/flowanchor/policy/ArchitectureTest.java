package org.flowanchor.policy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who may use whom. */
class ArchitectureTest {
    private static final String POLICY = "org.flowanchor.policy";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(POLICY);

    @Test
    void domainUsesOnlyJavaAndTheRfcValues() {
        classes()
                .that()
                .resideInAPackage(POLICY + ".domain..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(POLICY + ".domain..", "org.flowanchor.mobility..", "java..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void domainTakesTimeAndChanceFromItsCallers() {
        noClasses()
                .that()
                .resideInAPackage(POLICY + ".domain..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(CLASSES);
    }

    @Test
    void applicationUsesTheDomainAndTheContracts() {
        classes()
                .that()
                .resideInAPackage(POLICY + ".application..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        POLICY + ".application..",
                        POLICY + ".domain..",
                        "org.flowanchor.mobility..",
                        "org.flowanchor.api..",
                        "com.google.protobuf..",
                        "java..",
                        "org.jspecify..",
                        "org.slf4j..")
                .check(CLASSES);
    }

    @Test
    void adaptersDoNotUseEachOther() {
        slices().matching(POLICY + ".adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void onlyTheWiringKnowsTheWiring() {
        noClasses()
                .that(com.tngtech.archunit.base.DescribedPredicate.not(resideInAPackage(POLICY + ".boot..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(POLICY + ".boot..")
                .check(CLASSES);
    }
}

package org.flowanchor.flow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.flowanchor.flow");

    @Test
    void domainUsesJavaAndTheRfcValuesOnly() {
        classes()
                .that()
                .resideInAPackage("org.flowanchor.flow.domain..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "org.jspecify..", "org.flowanchor.mobility..", "org.flowanchor.flow.domain..")
                .check(CLASSES);
    }

    @Test
    void domainHasNoClockChanceOrSleep() {
        noClasses()
                .that()
                .resideInAPackage("org.flowanchor.flow.domain..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(CLASSES);
    }

    @Test
    void applicationUsesTheDomainOnly() {
        classes()
                .that()
                .resideInAPackage("org.flowanchor.flow.application..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "org.flowanchor.mobility..",
                        "org.flowanchor.flow.domain..",
                        "org.flowanchor.flow.application..")
                .check(CLASSES);
    }

    @Test
    void adaptersDoNotUseEachOther() {
        slices().matching("org.flowanchor.flow.adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void nothingUsesBoot() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.flowanchor.flow.boot..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.flowanchor.flow.boot..")
                .check(CLASSES);
    }

    @Test
    void noServiceUsesAnother() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.flowanchor.binding..", "org.flowanchor.policy..", "org.flowanchor.agent..")
                .check(CLASSES);
    }
}

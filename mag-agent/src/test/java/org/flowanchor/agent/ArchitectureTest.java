package org.flowanchor.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String AGENT = "org.flowanchor.agent";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(AGENT);

    @Test
    void domainUsesJavaAndTheRfcValuesOnly() {
        classes()
                .that()
                .resideInAPackage(AGENT + ".domain..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.flowanchor.mobility..", AGENT + ".domain..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void domainHasNeitherClockNorThreadNorChanceOfItsOwn() {
        noClasses()
                .that()
                .resideInAPackage(AGENT + ".domain..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(CLASSES);
    }

    @Test
    void applicationUsesTheDomainOnly() {
        classes()
                .that()
                .resideInAPackage(AGENT + ".application..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.flowanchor.mobility..",
                        AGENT + ".domain..",
                        AGENT + ".application..",
                        "org.jspecify..",
                        "org.slf4j..")
                .check(CLASSES);
    }

    @Test
    void adaptersDoNotUseEachOther() {
        slices().matching(AGENT + ".adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void onlyKernelAdaptersUseTheLinuxPackages() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        AGENT + ".linux..",
                        AGENT + ".adapter.kernel..",
                        AGENT + ".adapter.attachment..",
                        AGENT + ".adapter.mobilityheader..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(AGENT + ".linux..")
                .check(CLASSES);
    }

    @Test
    void linuxPackagesKnowNothingOfTheAgent() {
        noClasses()
                .that()
                .resideInAPackage(AGENT + ".linux..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        AGENT + ".domain..", AGENT + ".application..", AGENT + ".adapter..", AGENT + ".boot..")
                .check(CLASSES);
    }

    @Test
    void nobodyUsesBoot() {
        noClasses()
                .that()
                .resideOutsideOfPackage(AGENT + ".boot..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(AGENT + ".boot..")
                .check(CLASSES);
    }
}

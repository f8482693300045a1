package org.flowanchor.binding;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String[] ADAPTERS = {"grpc", "rest", "persistence", "kafka", "mobilityheader"};
    private final JavaClasses service = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.flowanchor.binding");

    @Test
    void domainKnowsTheLanguageAndTheRfcValuesOnly() {
        classes()
                .that()
                .resideInAPackage("..binding.domain..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..", "org.flowanchor.mobility..", "org.flowanchor.binding.domain..", "org.jspecify..")
                .check(service);
    }

    @Test
    void domainReadsNoClock() {
        noClasses()
                .that()
                .resideInAPackage("..binding.domain..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(service);
    }

    @Test
    void applicationKnowsDomainAndContractsOnly() {
        classes()
                .that()
                .resideInAPackage("..binding.application..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.flowanchor.mobility..",
                        "org.flowanchor.api..",
                        "com.google.protobuf..",
                        "org.flowanchor.binding.domain..",
                        "org.flowanchor.binding.application..",
                        "org.slf4j..",
                        "org.jspecify..")
                .check(service);
    }

    @Test
    void adaptersNeverKnowEachOther() {
        for (String adapter : ADAPTERS) {
            noClasses()
                    .that()
                    .resideInAPackage("..adapter." + adapter + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("..binding.adapter..")
                            .and(resideOutsideOfPackages("..adapter." + adapter + "..")))
                    .check(service);
        }
    }

    @Test
    void nobodyDependsOnBoot() {
        noClasses()
                .that(not(resideInAPackage("..binding.boot..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..binding.boot..")
                .check(service);
    }
}

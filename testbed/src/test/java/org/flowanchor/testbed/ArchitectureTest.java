package org.flowanchor.testbed;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "org.flowanchor.testbed";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void measuringPartsKnowNothingOfTheProductExceptTheValuesOfTheRfcs() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + ".lab", ROOT + ".mobilenode", ROOT + ".traffic", ROOT + ".report")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax..",
                        "org.jspecify..",
                        "tools.jackson..",
                        "com.fasterxml.jackson.annotation..",
                        "org.knowm.xchart..",
                        "org.flowanchor.mobility..",
                        ROOT + ".lab",
                        ROOT + ".mobilenode",
                        ROOT + ".traffic",
                        ROOT + ".report")
                .check(CLASSES);
    }

    @Test
    void labKnowsNeitherTrafficNorMobileNode() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".lab")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".mobilenode",
                        ROOT + ".traffic",
                        ROOT + ".scenario",
                        ROOT + ".report",
                        ROOT + ".launcher")
                .check(CLASSES);
    }

    @Test
    void scenariosDoNotUseTheProductsOwnCode() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".scenario")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.flowanchor.agent..",
                        "org.flowanchor.binding..",
                        "org.flowanchor.policy..",
                        "org.flowanchor.flow..",
                        "org.flowanchor.api..")
                .check(CLASSES);
    }

    @Test
    void labTrafficAndMobileNodeAreFreeOfCycles() {
        slices().matching(ROOT + ".(lab|mobilenode|traffic|report)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}

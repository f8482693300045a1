package org.flowanchor.service.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may use whom inside a service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class LayerRules {
    private static final List<String> MODULES = Stream.of("binding", "policy", "flow", "agent")
            .map(module -> "org.flowanchor." + module)
            .toList();

    private final String service;
    private final String[] contracts;
    private final JavaClasses classes;

    /**
     * @param service its package
     * @param contracts packages that its application uses besides its domain and the RFC values
     */
    protected LayerRules(String service, String... contracts) {
        this.service = service;
        this.contracts = contracts.clone();
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(service);
    }

    @Test
    void domainUsesJavaAndTheRfcValuesOnly() {
        classes()
                .that()
                .resideInAPackage(service + ".domain..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "org.flowanchor.mobility..", service + ".domain..")
                .check(classes);
    }

    @Test
    void domainHasNoClockChanceOrSleep() {
        noClasses()
                .that()
                .resideInAPackage(service + ".domain..")
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(classes);
    }

    @Test
    void applicationUsesTheDomainAndItsContractsOnly() {
        classes()
                .that()
                .resideInAPackage(service + ".application..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(Stream.concat(
                                Stream.of(
                                        "java..",
                                        "org.jspecify..",
                                        "org.slf4j..",
                                        "org.flowanchor.mobility..",
                                        service + ".domain..",
                                        service + ".application.."),
                                Stream.of(contracts))
                        .toArray(String[]::new))
                .check(classes);
    }

    @Test
    void adaptersDoNotUseEachOther() {
        slices().matching(service + ".adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .check(classes);
    }

    @Test
    void nothingUsesBoot() {
        noClasses()
                .that()
                .resideOutsideOfPackage(service + ".boot..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(service + ".boot..")
                .check(classes);
    }

    @Test
    void onlyBootAndRestUseWhatServicesHaveInCommon() {
        noClasses()
                .that()
                .resideOutsideOfPackages(service + ".boot..", service + ".adapter.rest..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.flowanchor.service..")
                .check(classes);
    }

    @Test
    void noServiceUsesAnother() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(MODULES.stream()
                        .filter(module -> !module.equals(service))
                        .map(module -> module + "..")
                        .toArray(String[]::new))
                .check(classes);
    }
}

package org.flowanchor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final JavaClasses api = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.flowanchor.mobility", "org.flowanchor.api");

    @Test
    void valuesUseNothingButJavaBase() {
        classes()
                .that()
                .resideInAPackage("org.flowanchor.mobility..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java.lang..",
                        "java.net..",
                        "java.nio..",
                        "java.time..",
                        "java.util..",
                        "org.flowanchor.mobility..",
                        "org.jspecify..")
                .check(api);
    }
}

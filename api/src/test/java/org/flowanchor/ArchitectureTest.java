package org.flowanchor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

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
                        "java.text..",
                        "java.time..",
                        "java.util..",
                        "org.flowanchor.mobility..",
                        "org.jspecify..")
                .check(api);
    }

    /** Values know no bytes, the codec no contracts: what crosses a process boundary as protobuf never depends on the wire format. */
    @Test
    void onlyTheCodecKnowsTheCodec() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.flowanchor.mobility.header..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.flowanchor.mobility.header..")
                .check(api);
        noClasses()
                .that()
                .resideInAPackage("org.flowanchor.mobility.option..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.flowanchor.mobility.message..", "java.net..")
                .check(api);
    }
}

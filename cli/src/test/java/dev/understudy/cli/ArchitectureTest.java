package dev.understudy.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.understudy.files.Sha256;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.Inflater;
import org.testng.Assert;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Holds the module table of ARCHITECTURE.md: who may use whom, and which libraries stay where. */
public class ArchitectureTest {
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry("conf", List.of()),
            Map.entry("files", List.of()),
            Map.entry("dataset", List.of("conf", "files")),
            Map.entry("scenes", List.of("conf", "files", "dataset")),
            Map.entry("store", List.of("conf", "files", "dataset")),
            Map.entry("model", List.of("conf", "files", "dataset")),
            Map.entry("evaluation", List.of("conf", "files", "dataset")),
            Map.entry("labeler", List.of("conf", "files", "dataset", "store", "model", "evaluation")),
            Map.entry("trainer", List.of("conf", "files", "dataset", "model", "evaluation")),
            Map.entry(
                    "pipeline",
                    List.of("conf", "files", "dataset", "store", "model", "evaluation", "labeler", "trainer")),
            Map.entry(
                    "retrain",
                    List.of(
                            "conf",
                            "files",
                            "dataset",
                            "store",
                            "model",
                            "evaluation",
                            "labeler",
                            "trainer",
                            "pipeline")),
            Map.entry(
                    "cli",
                    List.of(
                            "conf",
                            "files",
                            "dataset",
                            "scenes",
                            "store",
                            "model",
                            "evaluation",
                            "labeler",
                            "trainer",
                            "pipeline",
                            "retrain")));

    private static final Map<String, List<String>> LIBRARY_HOMES = Map.of(
            "ai.djl..", List.of("model", "labeler", "trainer", "pipeline", "retrain", "cli"),
            "ai.onnxruntime..", List.of("model"),
            "org.apache.spark..", List.of("pipeline", "cli"),
            "org.apache.hadoop..", List.of("pipeline"),
            "picocli..", List.of("cli"),
            "io.jhdf..", List.of("dataset", "store"),
            "com.intel.gkl..", List.of("files"),
            "com.sun.jna..", List.of("files", "model"),
            "us.hebi..", List.of("dataset"));

    private JavaClasses house;

    @BeforeClass
    public void readTheHouse() {
        house = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                // Tests that other modules' tests build on come in a jar once they are packaged.
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("dev.understudy");
    }

    @DataProvider
    public Object[][] modules() {
        return MAY_USE.keySet().stream().map(m -> new Object[] {m}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "modules")
    public void everyModuleHasClasses(String module) {
        Assert.assertTrue(
                house.stream().anyMatch(c -> c.getPackageName().startsWith("dev.understudy." + module)),
                module + " was not seen, so its rule would hold of nothing");
    }

    @Test(dataProvider = "modules")
    public void modulesUseOnlyWhatTheTableAllows(String module) {
        String[] allowed = Stream.concat(Stream.of(module), MAY_USE.get(module).stream())
                .map(m -> "dev.understudy." + m + "..")
                .toArray(String[]::new);
        DescribedPredicate<JavaClass> ours = JavaClass.Predicates.resideInAPackage("dev.understudy..");
        classes()
                .that()
                .resideInAPackage("dev.understudy." + module + "..")
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.not(ours).or(JavaClass.Predicates.resideInAnyPackage(allowed)))
                .check(house);
    }

    @Test
    public void librariesStayInTheirModules() {
        LIBRARY_HOMES.forEach((library, homes) -> {
            String[] packages =
                    homes.stream().map(m -> "dev.understudy." + m + "..").toArray(String[]::new);
            classes()
                    .that()
                    .resideInAPackage("dev.understudy..")
                    .and()
                    .resideOutsideOfPackages(packages)
                    .should()
                    .onlyDependOnClassesThat(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage(library)))
                    .as(library + " is used only in " + Arrays.toString(packages))
                    .check(house);
        });
    }

    /** What a run tells goes to a log, a listener or its result; where that is shown only the command line knows. */
    @Test
    public void onlyTheCommandLineKnowsTheConsole() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.understudy.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .accessField(System.class, "in")
                .orShould()
                .callMethod(System.class, "console")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(house);
    }

    @Test
    public void thereIsOneFileLock() {
        only("files.FolderLock", FileChannel.class, "lock|tryLock");
    }

    @Test
    public void thereIsOneBoundedInflate() {
        only("files.Inflating", Inflater.class, ".*");
    }

    private void only(String type, Class<?> owner, String methods) {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.understudy." + type)
                .should()
                .callCodeUnitWhere(JavaCall.Predicates.target(
                                HasOwner.Predicates.With.<JavaClass>owner(JavaClass.Predicates.type(owner)))
                        .and(JavaCall.Predicates.target(HasName.Predicates.nameMatching(methods))))
                .as("only " + type + " calls " + owner.getSimpleName() + "." + methods)
                .check(house);
    }

    /** Whoever wrote a text as JSON and then its checksum would have made another sealed file. */
    @Test
    public void thereIsOneSealedJson() {
        classes()
                .that()
                .resideOutsideOfPackage("dev.understudy.files..")
                .should(new ArchCondition<>("not both map JSON and take checksums of texts") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean maps = type.getDirectDependenciesFromSelf().stream()
                                .anyMatch(use -> use.getTargetClass().isAssignableTo(ObjectMapper.class));
                        type.getMethodCallsFromSelf().stream()
                                .filter(call -> maps && call.getTargetOwner().isEquivalentTo(Sha256.class))
                                .filter(call -> call.getTarget().getRawParameterTypes().stream()
                                        .anyMatch(taken -> taken.isEquivalentTo(String.class)))
                                .forEach(
                                        call -> events.add(SimpleConditionEvent.violated(type, call.getDescription())));
                    }
                })
                .check(house);
    }

    @Test
    public void packagesHaveNoCycles() {
        slices().matching("dev.understudy.(**)").should().beFreeOfCycles().check(house);
    }
}

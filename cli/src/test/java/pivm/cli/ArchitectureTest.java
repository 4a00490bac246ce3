package pivm.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("pivm");

  private static final String[] PURE = {
    "pivm.engine.manifest..",
    "pivm.engine.inventory..",
    "pivm.engine.plan..",
    "pivm.engine.rails..",
    "pivm.engine.guest..",
    "pivm.engine.image",
    "pivm.engine.network",
    "pivm.engine.report..",
    "pivm.engine.config..",
    "pivm.proxmox.config..",
    "pivm.proxmox.json.."
  };

  @Test
  void theClientKnowsNothingOfPivm() {
    noClasses()
        .that()
        .resideInAPackage("pivm.proxmox..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("pivm.engine..", "pivm.simulator..", "pivm.cli..")
        .check(ALL);
  }

  @Test
  void theSimulatorSharesNothingWithTheClient() {
    noClasses()
        .that()
        .resideInAPackage("pivm.simulator..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("pivm.proxmox..", "pivm.engine..", "pivm.cli..")
        .check(ALL);
  }

  @Test
  void theEngineKnowsNeitherCommandsNorSimulator() {
    noClasses()
        .that()
        .resideInAPackage("pivm.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("pivm.cli..", "pivm.simulator..")
        .check(ALL);
  }

  @Test
  void theStagesOfTheEngineOnlyKnowThoseBefore() {
    below("pivm.engine.manifest..", "inventory", "plan", "rails", "execution", "pipeline");
    below("pivm.engine.inventory..", "plan", "rails", "execution", "pipeline");
    below("pivm.engine.rails..", "guest", "execution", "pipeline", "observation", "history");
    below("pivm.engine.guest..", "execution", "pipeline", "observation", "history");
    below("pivm.engine.execution..", "pipeline", "report", "approval");
    below("pivm.engine.report..", "execution", "pipeline", "observation", "history");
  }

  private static void below(String stage, String... later) {
    String[] packages = new String[later.length];
    for (int i = 0; i < later.length; i++) {
      packages[i] = "pivm.engine." + later[i] + "..";
    }
    noClasses()
        .that()
        .resideInAPackage(stage)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .check(ALL);
  }

  @Test
  void pureStagesUseNoFilesNetworkThreadsOrChance() {
    // addresses are read by java.net, and a map may be shared; neither waits nor asks anybody
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.nio\\.(file|channels)\\..*"
                + "|java\\.net\\.(http\\..*|.*Socket.*|URL.*)"
                + "|java\\.util\\.concurrent\\.(?!ConcurrentHashMap).*"
                + "|java\\.(lang\\.(Thread|Process.*)|util\\.(Random|UUID))")
        .check(ALL);
  }

  @Test
  void pureStagesNeverReadAClock() {
    noClasses()
        .that()
        .resideInAnyPackage(PURE)
        .should()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.Clock.class)
        .check(ALL);
  }

  @Test
  void onlyTheCommandLineWritesToTheProcessesStreams() {
    noClasses()
        .that()
        .resideOutsideOfPackages("pivm.cli..", "pivm.simulator.command..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(ALL);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> unmarked = new TreeSet<>();
    for (JavaClass one : ALL) {
      if (!one.getPackage().isAnnotatedWith(NullMarked.class)) {
        unmarked.add(one.getPackageName());
      }
    }
    assertThat(unmarked).isEmpty();
  }

  @Test
  void commandsStayOutOfSight() {
    classes()
        .that()
        .resideInAPackage("pivm.cli")
        .and()
        .haveSimpleNameEndingWith("Command")
        .and()
        .areNotInterfaces()
        .should()
        .bePackagePrivate()
        .check(ALL);
  }
}

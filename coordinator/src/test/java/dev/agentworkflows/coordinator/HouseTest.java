package dev.agentworkflows.coordinator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of the house: which room may know which. */
@AnalyzeClasses(
    packages = "dev.agentworkflows",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {

  @ArchTest
  static final ArchRule dependencies_point_one_way =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("people")
          .definedBy("..coordinator.cli..")
          .layer("edge")
          .definedBy("..coordinator.rpc..")
          .layer("web")
          .definedBy("..coordinator.web..")
          .layer("protocol for agents")
          .definedBy("..coordinator.mcp..")
          .layer("shim")
          .definedBy("..coordinator.shim..")
          .layer("run")
          .definedBy("..coordinator.run..")
          .layer("batch")
          .definedBy("..coordinator.batch..")
          .layer("report")
          .definedBy("..coordinator.report..")
          .layer("progress")
          .definedBy("..coordinator.progress..")
          .layer("call")
          .definedBy("..coordinator.call..")
          .layer("ideas")
          .definedBy(
              "..coordinator.cache..",
              "..coordinator.budget..",
              "..coordinator.limit..",
              "..coordinator.schema..",
              "..coordinator.worktree..",
              "..coordinator.price..",
              "..coordinator.approval..",
              "..coordinator.adapter..")
          .whereLayer("people")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("edge")
          .mayOnlyBeAccessedByLayers("people")
          .whereLayer("protocol for agents")
          .mayOnlyBeAccessedByLayers("people")
          .whereLayer("web")
          .mayOnlyBeAccessedByLayers("people")
          .whereLayer("shim")
          .mayOnlyBeAccessedByLayers("people")
          .whereLayer("run")
          .mayOnlyBeAccessedByLayers("people", "edge", "web", "protocol for agents")
          .whereLayer("batch")
          .mayOnlyBeAccessedByLayers("people")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("people", "web", "run", "progress", "protocol for agents")
          .whereLayer("progress")
          .mayOnlyBeAccessedByLayers("people", "run", "protocol for agents")
          .whereLayer("call")
          .mayOnlyBeAccessedByLayers("people", "edge", "run")
          .whereLayer("ideas")
          .mayOnlyBeAccessedByLayers(
              "people",
              "web",
              "edge",
              "run",
              "call",
              "report",
              "progress",
              "batch",
              "protocol for agents");

  @ArchTest
  static final ArchRule only_the_web_view_and_mcp_serve_http =
      noClasses()
          .that()
          .resideOutsideOfPackages("..coordinator.web..", "..coordinator.mcp..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.net.httpserver..");

  /** Every other start would pay for loading it. */
  @ArchTest
  static final ArchRule only_its_commands_open_the_web_view =
      noClasses()
          .that()
          .resideOutsideOfPackage("..coordinator.web..")
          .and()
          .haveSimpleNameNotStartingWith("Ui")
          .and()
          .haveSimpleNameNotStartingWith("WebView")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..coordinator.web..");

  @ArchTest
  static final ArchRule protobuf_stays_at_the_edge =
      noClasses()
          .that()
          .resideOutsideOfPackages("..coordinator.rpc..", "..proto..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..proto.v1..", "com.google.protobuf..");

  @ArchTest
  static final ArchRule jdbi_stays_in_the_store =
      noClasses()
          .that()
          .resideOutsideOfPackage("..store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.jdbi..", "java.sql..", "org.sqlite..");

  @ArchTest
  static final ArchRule the_store_knows_nothing_of_ours =
      noClasses()
          .that()
          .resideInAPackage("dev.agentworkflows.store..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.agentworkflows.coordinator..",
              "dev.agentworkflows.spi..",
              "dev.agentworkflows.proto..");

  @ArchTest
  static final ArchRule the_spi_has_jdk_types_only =
      classes()
          .that()
          .resideInAPackage("dev.agentworkflows.spi..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("dev.agentworkflows.spi..", "java..", "org.jspecify.annotations..");

  @ArchTest
  static final ArchRule adapters_know_the_spi_alone =
      noClasses()
          .that()
          .resideInAPackage("dev.agentworkflows.adapter..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.agentworkflows..")
                  .and(
                      resideOutsideOfPackages(
                          "dev.agentworkflows.adapter..", "dev.agentworkflows.spi..")));

  @ArchTest
  static final ArchRule nobody_knows_an_adapter =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.agentworkflows.adapter..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.agentworkflows.adapter..");

  @ArchTest
  static final ArchRule maven_stays_where_adapters_are_installed =
      noClasses()
          .that()
          .resideOutsideOfPackage("..coordinator.adapter.install..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.eclipse.aether..", "org.apache.maven..");

  @ArchTest
  static final ArchRule terminals_are_drawn_on_in_one_place =
      noClasses()
          .that()
          .resideOutsideOfPackage("..coordinator.progress..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.jline..");

  /** Every other start would pay for loading it. */
  @ArchTest
  static final ArchRule only_its_command_installs_adapters =
      noClasses()
          .that()
          .resideOutsideOfPackages("..coordinator.adapter.install..")
          .and()
          .haveSimpleNameNotStartingWith("AdaptersInstall")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..coordinator.adapter.install..");

  @ArchTest
  static final ArchRule the_mcp_sdk_stays_in_its_room =
      noClasses()
          .that()
          .resideOutsideOfPackage("..coordinator.mcp..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.modelcontextprotocol..", "reactor..");

  /** Every other start would pay for loading it. */
  @ArchTest
  static final ArchRule only_its_command_serves_agents =
      noClasses()
          .that()
          .resideOutsideOfPackage("..coordinator.mcp..")
          .and()
          .haveSimpleNameNotStartingWith("Mcp")
          .and()
          .doNotHaveSimpleName("HostedScript")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..coordinator.mcp..");
}

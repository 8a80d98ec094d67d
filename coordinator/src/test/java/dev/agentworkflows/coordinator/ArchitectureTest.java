package dev.agentworkflows.coordinator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which package may know which. */
@AnalyzeClasses(
    packages = "dev.agentworkflows",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String COORDINATOR = "dev.agentworkflows.coordinator.";

  /** From top to bottom. A new package needs a place here. */
  private static final Map<String, List<String>> LAYERS = new LinkedHashMap<>();

  static {
    LAYERS.put("command line", List.of(COORDINATOR + "cli.."));
    LAYERS.put("frontends", coordinator("mcp", "web", "rpc", "up"));
    LAYERS.put("application", coordinator("app", "app.batch", "app.script"));
    LAYERS.put("views", coordinator("report", "progress"));
    LAYERS.put("runs", coordinator("run", "batch"));
    LAYERS.put("calls", coordinator("call"));
    LAYERS.put(
        "subjects",
        coordinator(
            "adapter",
            "adapter.install",
            "approval",
            "budget",
            "cache",
            "limit",
            "option",
            "price",
            "schema",
            "shim",
            "worktree"));
    List<String> base = new ArrayList<>(coordinator("home", "http", "json", "secret", "text"));
    base.add("dev.agentworkflows.coordinator");
    LAYERS.put("base", base);
    LAYERS.put("adapters", List.of("dev.agentworkflows.adapter..", "dev.agentworkflows.testkit.."));
    LAYERS.put(
        "modules",
        List.of(
            "dev.agentworkflows.store", "dev.agentworkflows.spi", "dev.agentworkflows.proto.."));
  }

  /** Layers whose packages do not know each other. */
  private static final Set<String> APART = Set.of("frontends", "views", "runs", "subjects");

  /** Of these, what people read is about the command line, or stands in its terminal. */
  private static final Set<String> SAY_COMMANDS =
      Set.of(COORDINATOR + "cli", COORDINATOR + "report", COORDINATOR + "progress");

  /**
   * Other classes with a command in a text for people, and why no frontend can add it. Add none
   * without such a reason.
   */
  private static final Map<String, String> CLASSES_THAT_NAME_COMMANDS =
      Map.of(
          "approval.ApprovalText", "how a person answers, for a command and for a script's process",
          "worktree.KnownRepositories", "recorded with the call: only a person may trust, by this",
          "worktree.WorktreeGc", "the output of the command gc, which alone shows it",
          "mcp.ClientApproval", "what a model asks its user to type",
          "rpc.GrpcErrors", "a script's process shows it to whoever typed the options of its run");

  /** A word of our command line, or an option; not one argument of another program, as of git. */
  private static final Pattern COMMAND_WORDS =
      Pattern.compile("(?s)(?!--[a-z-]+=)(?=.*\\s).*(?<![-\\w])(--[a-z]|owf [a-z]).*");

  private static final Pattern GIT_COMMAND = Pattern.compile("(git config|diff)( --[a-z]+)+");

  private static List<String> coordinator(String... packages) {
    return Stream.of(packages).map(COORDINATOR::concat).toList();
  }

  @ArchTest static final ArchRule dependencies_point_down = layers();

  private static ArchRule layers() {
    LayeredArchitecture layers =
        layeredArchitecture().consideringOnlyDependenciesInAnyPackage("dev.agentworkflows..");
    for (var layer : LAYERS.entrySet()) {
      layers = layers.layer(layer.getKey()).definedBy(layer.getValue().toArray(String[]::new));
    }
    List<String> below = new ArrayList<>(LAYERS.keySet());
    for (String layer : LAYERS.keySet()) {
      below.remove(layer);
      layers =
          below.isEmpty()
              ? layers.whereLayer(layer).mayNotAccessAnyLayer()
              : layers.whereLayer(layer).mayOnlyAccessLayers(below.toArray(String[]::new));
    }
    return layers.ensureAllClassesAreContainedInArchitecture();
  }

  private static String[] packages(String layer) {
    return Objects.requireNonNull(LAYERS.get(layer)).toArray(String[]::new);
  }

  @ArchTest
  static void packages_of_one_layer_do_not_know_each_other(JavaClasses classes) {
    for (String layer : APART) {
      DescribedPredicate<JavaClass> inLayer = resideInAnyPackage(packages(layer));
      slices()
          .assignedFrom(
              slicesBy(
                  "packages of the layer " + layer,
                  inLayer,
                  // What installs adapters is a part of them.
                  type -> type.getPackageName().replace(".install", "")))
          .should()
          .notDependOnEachOther()
          .check(classes);
    }
  }

  @ArchTest
  static void packages_have_no_cycles(JavaClasses classes) {
    checkNoCycles(classes, type -> true, JavaClass::getPackageName);
  }

  /** Packages whose classes still need each other in circles. Add none. */
  private static final Set<String> WITH_CYCLES =
      Set.of("adapter", "approval", "budget", "call", "json", "rpc", "schema", "worktree");

  /** Classes that need each other in a circle are read as a whole or not at all. */
  @ArchTest
  static void classes_of_a_package_have_no_cycles(JavaClasses classes) {
    Set<String> packages = new TreeSet<>();
    for (JavaClass type : classes) {
      if (type.getPackageName().startsWith(COORDINATOR)) {
        packages.add(type.getPackageName());
      }
    }
    packages.removeAll(WITH_CYCLES.stream().map(COORDINATOR::concat).toList());
    for (String name : packages) {
      checkNoCycles(
          classes,
          type -> type.getPackageName().equals(name),
          type -> outermost(type).getSimpleName());
    }
  }

  /** ArchUnit's own search for cycles overlooked some in a graph of a hundred classes. */
  private static void checkNoCycles(
      JavaClasses classes, Predicate<JavaClass> included, Function<JavaClass, String> name) {
    Map<String, Set<String>> needed = new TreeMap<>();
    for (JavaClass type : classes) {
      if (included.test(type)) {
        Set<String> names = needed.computeIfAbsent(name.apply(type), first -> new TreeSet<>());
        type.getDirectDependenciesFromSelf().stream()
            .map(Dependency::getTargetClass)
            .filter(included)
            .map(name)
            .filter(other -> !other.equals(name.apply(type)))
            .forEach(names::add);
      }
    }
    // What needs none of the others, or is needed by none, is in no cycle.
    Set<String> free;
    do {
      needed.values().forEach(names -> names.retainAll(needed.keySet()));
      Set<String> wanted = new TreeSet<>();
      needed.values().forEach(wanted::addAll);
      free = new TreeSet<>();
      for (var one : needed.entrySet()) {
        if (one.getValue().isEmpty() || !wanted.contains(one.getKey())) {
          free.add(one.getKey());
        }
      }
      needed.keySet().removeAll(free);
    } while (!free.isEmpty());
    assertThat(needed).as("cycles, and what lies between them").isEmpty();
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
  }

  private static SliceAssignment slicesBy(
      String description, Predicate<JavaClass> included, Function<JavaClass, String> name) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return included.test(type)
            ? SliceIdentifier.of(name.apply(type))
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return description;
      }
    };
  }

  /** What the use cases wrap: no frontend does by itself what another one can be asked for, too. */
  private static final Set<String> WRAPPED =
      Set.of(
          "batch.BatchFetching",
          "batch.BatchInput",
          "batch.BatchRecords",
          "batch.BatchSubmission",
          "call.CallPipeline",
          "run.CancelRequests",
          "run.CoordinatorLocks",
          "run.RunRecords",
          "run.RunRetention",
          "run.Runs",
          "worktree.WorktreeGc",
          "worktree.Worktrees");

  private static DescribedPredicate<JavaClass> wrapped() {
    return describe(
        "what use cases wrap",
        type ->
            type.getName().startsWith(COORDINATOR)
                && WRAPPED.contains(type.getName().substring(COORDINATOR.length())));
  }

  /** Values of theirs, which are nested in them, are what a use case returns. */
  @ArchTest
  static final ArchRule frontends_do_nothing_that_a_use_case_does =
      noClasses()
          .that()
          .resideInAnyPackage("..coordinator.cli..", "..coordinator.mcp..", "..coordinator.web..")
          .should()
          .dependOnClassesThat(wrapped());

  /** A list of names must not outlive what it names. */
  @ArchTest
  static void what_use_cases_wrap_is_there(JavaClasses classes) {
    assertThat(WRAPPED).allMatch(name -> classes.contain(COORDINATOR + name));
  }

  private static final Set<String> STORE_FACES =
      Set.of(
          "dev.agentworkflows.store.Store",
          "dev.agentworkflows.store.RunReader",
          "dev.agentworkflows.store.RunWriter",
          "dev.agentworkflows.store.RunHistory",
          "dev.agentworkflows.store.SqliteNative");

  /** They hand an open home on to use cases, which read and write. */
  @ArchTest
  static final ArchRule frontends_read_no_store =
      noClasses()
          .that()
          .resideInAnyPackage(packages("frontends"))
          .or()
          .resideInAnyPackage(packages("command line"))
          .should()
          .dependOnClassesThat(
              describe(
                  "a face of the store", (JavaClass type) -> STORE_FACES.contains(type.getName())));

  /** What tools and pages do is in the application; the command line only puts parts together. */
  @ArchTest
  static final ArchRule frontends_are_not_implemented_in_the_command_line =
      noClasses()
          .that()
          .resideInAPackage("..coordinator.cli..")
          .should()
          .implement(resideInAnyPackage("..coordinator.mcp..", "..coordinator.web.."));

  /** Whoever else starts a script would start it with other rules. */
  @ArchTest
  static final ArchRule scripts_are_started_in_one_place =
      noClasses()
          .that()
          .resideOutsideOfPackage("..coordinator.app.script..")
          .should()
          .callMethodWhere(
              describe(
                  "the start of a script's process",
                  (JavaMethodCall call) ->
                      call.getTargetOwner().getSimpleName().equals("ShimProcess")
                          && call.getName().equals("start")));

  /** What all frontends are told is facts; words and cures are each frontend's own. */
  @ArchTest
  static final ArchRule refusals_below_the_frontends_are_typed =
      noClasses()
          .that()
          .resideOutsideOfPackages("..coordinator.cli..", "..coordinator.mcp..")
          .and()
          .doNotBelongToAnyOf(RefusedException.class)
          .should()
          .callConstructor(RefusedException.class, String.class)
          .orShould()
          .callConstructor(RefusedException.class, String.class, Throwable.class);

  @ArchTest
  static void commands_are_named_by_frontends_alone(JavaClasses classes) throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    for (JavaClass type : classes) {
      String outer = outermost(type).getName().replace(COORDINATOR, "");
      boolean says =
          SAY_COMMANDS.stream()
              .anyMatch(name -> (type.getPackageName() + ".").startsWith(name + "."));
      boolean ours =
          type.getName().startsWith(COORDINATOR)
              || type.getPackageName().equals("dev.agentworkflows.store");
      if (ours && !says && !CLASSES_THAT_NAME_COMMANDS.containsKey(outer)) {
        List<String> texts = textsThatNameCommands(type);
        if (!texts.isEmpty()) {
          found.put(type.getName(), texts);
        }
      }
    }
    assertThat(found).as("texts with words of the command line").isEmpty();
  }

  /** The list of exceptions shrinks with the code. */
  @ArchTest
  static void classes_that_may_name_commands_do(JavaClasses classes) throws IOException {
    for (String name : CLASSES_THAT_NAME_COMMANDS.keySet()) {
      assertThat(textsThatNameCommands(classes.get(COORDINATOR + name))).as(name).isNotEmpty();
    }
  }

  private static List<String> textsThatNameCommands(JavaClass type) throws IOException {
    return ClassFileStrings.of(type).stream()
        .filter(
            text -> COMMAND_WORDS.matcher(GIT_COMMAND.matcher(text).replaceAll("git")).matches())
        .toList();
  }

  /** Without one it is the pool that Java shares, whose few threads must not block. */
  @ArchTest
  static final ArchRule asynchronous_work_names_its_threads =
      noClasses()
          .should()
          .callMethodWhere(
              describe(
                  "a future's work on the shared pool",
                  (JavaMethodCall call) ->
                      call.getTargetOwner().isAssignableTo(CompletionStage.class)
                          && call.getName().endsWith("Async")
                          && call.getTarget().getRawParameterTypes().stream()
                              .noneMatch(type -> type.isEquivalentTo(Executor.class))));

  @ArchTest
  static final ArchRule only_the_web_view_and_mcp_serve_http =
      noClasses()
          .that()
          // The test kit plays a provider, and is in no product.
          .resideOutsideOfPackages(
              "..coordinator.web..", "..coordinator.mcp..", "..coordinator.http..", "..testkit..")
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

  /** So that a second database can stand behind them. */
  @ArchTest
  static final ArchRule the_faces_of_the_store_know_no_database =
      noClasses()
          .that()
          .resideInAPackage("dev.agentworkflows.store")
          .and()
          .arePublic()
          .and()
          .doNotHaveSimpleName("SqliteNative")
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
  static final ArchRule the_mcp_sdk_stays_in_its_package =
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
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..coordinator.mcp..");
}

package dev.agentworkflows.coordinator.worktree;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One random tree: where it starts, what the agent does, where it is applied.
 *
 * @param settings what the user's repository is configured with besides
 * @param project the name of the user's checkout
 * @param homeInside whether runs are recorded below the checkout
 * @param user what the user does meanwhile in the checkout
 */
record TreeCase(
    String template,
    List<String> settings,
    String project,
    boolean homeInside,
    List<TreeKind> kinds,
    List<TreeStep> steps,
    UserMove user) {

  private static final int MAX_STEPS = 6;

  /** What the user does in the checkout before the changes are applied there. */
  enum UserMove {
    NOTHING("true"),
    OTHER_FILE_CHANGED("echo user >> latin1.txt; echo mine > of-the-user.txt"),
    OTHER_FILE_COMMITTED("echo user >> latin1.txt; git add latin1.txt; git commit -qm user"),
    SAME_FILE_ELSEWHERE("sed -i '38s/.*/line of the user/' long.txt"),
    SAME_FILES(
        "echo user > sub/more/d.txt; echo user > new.txt; rm -f a.txt; mkdir -p z1; echo user > z1/f"),
    IN_THE_WAY(
        "mkdir -p new.txt fresh.txt; echo user > new.txt/f; echo user > fresh; echo user > d"),
    LINK_IN_THE_WAY(
        "ln -s ../x/outside fresh; rm -rf sub; ln -s ../x/outside sub; ln -s ../x/outside d"),
    STAGED("echo user > latin1.txt; git add latin1.txt; echo again > latin1.txt");

    final String script;

    UserMove(String script) {
      this.script = script;
    }
  }

  /** The kinds that can be drawn, without those that are turned off. */
  static List<TreeKind> kinds(Set<String> off) {
    return Stream.of(
            FileKinds.ALL, AttributeKinds.ALL, GitKinds.ALL, NestedKinds.ALL, PlantKinds.ALL)
        .flatMap(List::stream)
        .filter(kind -> !off.contains(kind.name()))
        .toList();
  }

  /**
   * Draws one.
   *
   * @param number each kind comes up in turn, whatever else is drawn
   */
  static TreeCase draw(long seed, int number, List<TreeKind> kinds) {
    Random random = new Random(seed * 1_000_003 + number);
    Dice dice = new Dice(random);
    List<String> templates = new ArrayList<>();
    TreeTemplates.names().forEach(templates::add);
    boolean all = Boolean.getBoolean("worktree.all");
    if (!all) {
      templates.removeAll(KindsTurnedOff.TEMPLATES);
    }
    List<TreeKind> drawn = new ArrayList<>();
    TreeKind first = kinds.get(number % kinds.size());
    if (number % 5 != 0 || Boolean.getBoolean("worktree.single")) {
      drawn.add(first);
    }
    boolean plain = dice.in(3);
    // Some are of one group alone: git upon git, submodules upon submodules.
    String group = first.name().substring(0, first.name().indexOf('.') + 1);
    boolean oneGroup = !plain && dice.in(4);
    List<TreeKind> others =
        kinds.stream()
            .filter(kind -> !plain || kind.reach() == TreeKind.Reach.PLAIN)
            .filter(kind -> !oneGroup || kind.name().startsWith(group))
            .toList();
    int more = Boolean.getBoolean("worktree.single") ? 0 : random.nextInt(MAX_STEPS);
    for (int i = more; i > 0; i--) {
      drawn.add(dice.of(others));
    }
    java.util.Collections.shuffle(drawn, random);
    List<TreeKind> ends =
        drawn.stream()
            .filter(kind -> kind.reach() == TreeKind.Reach.LAST)
            .distinct()
            .limit(1)
            .toList();
    drawn.removeIf(kind -> kind.reach() == TreeKind.Reach.LAST);
    drawn.addAll(ends);
    String template =
        drawn.stream().anyMatch(kind -> kind.name().startsWith("submodule")) && !dice.in(8)
            ? "submodule"
            : dice.of(templates);
    String setting = dice.any("core.fileMode false", "core.ignoreCase true", "core.symlinks true");
    return new TreeCase(
        template,
        dice.in(4) && (all || !KindsTurnedOff.SETTINGS.contains(setting))
            ? List.of(setting)
            : List.of(),
        dice.any("project", "project", "shop:2", "my project", "pr\u00f6ject", "it's"),
        random.nextBoolean(),
        drawn,
        drawn.stream().map(kind -> kind.step(dice)).toList(),
        dice.in(2) ? UserMove.NOTHING : dice.any(UserMove.values()));
  }

  /** Whether the coordinator has to manage all of it. */
  boolean isPlain() {
    return kinds.stream().allMatch(kind -> kind.reach() == TreeKind.Reach.PLAIN);
  }

  TreeCase without(int step) {
    List<TreeKind> fewerKinds = new ArrayList<>(kinds);
    List<TreeStep> fewerSteps = new ArrayList<>(steps);
    fewerKinds.remove(step);
    fewerSteps.remove(step);
    return new TreeCase(template, settings, project, homeInside, fewerKinds, fewerSteps, user);
  }

  @Override
  public String toString() {
    return "template '%s', settings %s, project '%s', home %s, user %s\n"
            .formatted(template, settings, project, homeInside ? "inside" : "beside", user)
        + steps.stream().map(step -> "    " + step).collect(Collectors.joining("\n"));
  }
}

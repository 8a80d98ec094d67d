package dev.agentworkflows.coordinator.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.secret.PlantedKeys.Disguise;
import dev.agentworkflows.coordinator.secret.PlantedKeys.Planted;
import dev.agentworkflows.testkit.Generated;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Keys at random places around random cuts, in every disguise. */
@Tag("slow")
class CutKeysTest {

  private static final int TEXTS = Generated.count(3_000);

  @Test
  void noPartOfAKeyIsSeenWhereverATextWasCut() {
    long seed = PlantedKeys.seed("CutKeysTest");
    for (int n = 0; n < TEXTS; n++) {
      Random random = new Random(seed + n);
      String key = PlantedKeys.key(random, 20 + random.nextInt(281));
      Disguise disguise = Disguise.values()[n % Disguise.values().length];
      Planted plantedKey = disguise.of(key, random);
      String planted = plantedKey.text();
      int length = 100 + random.nextInt(n % 10 == 0 ? 9_900 : 900);
      int before = random.nextInt(length);
      String text =
          PlantedKeys.words(random, before) + planted + PlantedKeys.words(random, length - before);
      // Anybody may have cut it before: at both ends, near the key as often as anywhere.
      int from = random.nextBoolean() ? 0 : near(random, before, planted.length(), text.length());
      int to =
          random.nextBoolean()
              ? text.length()
              : near(random, before, planted.length(), text.length());
      String cut = text.substring(Math.min(from, to), Math.max(from, to));

      String redacted = redactor(key, random).redact(cut);

      assertThat(plantedKey.seenIn(redacted))
          .as("%s, seed %d: %s in %s", disguise, seed + n, key, redacted)
          .isEmpty();
      if (cut.contains(planted)) {
        assertThat(redacted).as("%s, seed %d", disguise, seed + n).contains("[redacted:PLANTED]");
      }
    }
  }

  private static int near(Random random, int at, int length, int most) {
    return Math.max(0, Math.min(most, at - 20 + random.nextInt(length + 40)));
  }

  /** Among others, of which some begin alike. */
  private static Redactor redactor(String key, Random random) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("FIRST", "sk-ant-api03-" + PlantedKeys.key(random, 40));
    keys.put("PLANTED", key);
    keys.put("LAST", PlantedKeys.key(random, 9));
    return new Redactor(keys);
  }

  @Test
  void aKeyIsFoundWhereverItIsInALongText() {
    Random random = new Random(PlantedKeys.seed("CutKeysTest"));
    for (int n = 0; n < 60; n++) {
      String key = PlantedKeys.key(random, 20 + random.nextInt(281));
      Planted planted = Disguise.values()[n % Disguise.values().length].of(key, random);
      int before = 20 + random.nextInt(3) * 49_152 + random.nextInt(40_000);
      String text = PlantedKeys.words(random, before) + planted.text() + " ".repeat(70_000);

      String redacted = new Redactor(Map.of("K", key)).redact(text);

      assertThat(planted.seenIn(redacted)).isEmpty();
      assertThat(redacted).startsWith(text.substring(0, before - 20)).endsWith(" ".repeat(70_000));
    }
  }

  @Test
  void textWithoutAPartOfAKeyIsLeftAsItIs() {
    Random random = new Random(PlantedKeys.seed("CutKeysTest"));
    for (int n = 0; n < 200; n++) {
      Redactor redactor =
          new Redactor(Map.of("K", PlantedKeys.key(random, 20 + random.nextInt(281))));
      Disguise disguise = Disguise.values()[n % Disguise.values().length];
      String text =
          PlantedKeys.words(random, 300)
              + disguise.of(PlantedKeys.key(random, 30).substring(13), random).text();
      assertThat(redactor.redact(text)).isSameAs(text);
    }
  }
}

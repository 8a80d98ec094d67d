package dev.agentworkflows.coordinator.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnsTest {

  @ParameterizedTest
  @CsvSource({"abc,3", "漢字,4", "한글,4", "e\u0301,1", "😀,2", "❤️,2", "ｆｕｌｌ,8", "תווית,5", "'',0"})
  void wideCharactersTakeTwoColumnsAndMarksNone(String text, int columns) {
    assertThat(Columns.of(text)).isEqualTo(columns);
  }

  @ParameterizedTest
  @CsvSource({"abcdef,6,abcdef", "abcdef,5,abcd…", "漢字漢字,7,漢字漢…", "漢字漢字,6,漢字…", "a,0,''"})
  void whatDoesNotFitIsCutBetweenCharacters(String text, int columns, String shown) {
    assertThat(Columns.fit(text, columns)).isEqualTo(shown);
    assertThat(Columns.of(shown)).isLessThanOrEqualTo(columns);
  }

  @Test
  void aSideIsFilledToItsColumns() {
    assertThat(Columns.left("漢", 4)).isEqualTo("漢  ");
    assertThat(Columns.right("漢", 4)).isEqualTo("  漢");
    assertThat(Columns.right("漢字漢", 4)).isEqualTo(" 漢…");
  }
}

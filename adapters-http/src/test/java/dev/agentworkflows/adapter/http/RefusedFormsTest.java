package dev.agentworkflows.adapter.http;

import static dev.agentworkflows.adapter.http.AnswerForm.JSON_MODE;
import static dev.agentworkflows.adapter.http.AnswerForm.JSON_SCHEMA;
import static dev.agentworkflows.adapter.http.AnswerForm.SCHEMA_IN_WORDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RefusedFormsTest {

  private static final List<AnswerForm> ALL = List.of(JSON_SCHEMA, JSON_MODE, SCHEMA_IN_WORDS);
  private static final List<AnswerForm> REST = List.of(JSON_MODE, SCHEMA_IN_WORDS);

  private final RefusedForms forms = new RefusedForms();

  @Test
  void aRefusedSchemaIsNotTriedAgain() {
    forms.refused("m", "{1}", JSON_SCHEMA);
    assertThat(forms.without("m", "{1}", ALL)).isEqualTo(REST);
    assertThat(forms.without("m", "{2}", ALL)).isEqualTo(ALL);
  }

  @Test
  void aModelThatRefusedTwoSchemasIsNotAskedThatWayAgain() {
    forms.refused("m", "{1}", JSON_SCHEMA);
    forms.refused("m", "{1}", JSON_SCHEMA);
    assertThat(forms.without("m", "{3}", ALL)).isEqualTo(ALL);
    forms.refused("m", "{2}", JSON_SCHEMA);
    assertThat(forms.without("m", "{3}", ALL)).isEqualTo(REST);
    assertThat(forms.without("other", "{3}", ALL)).isEqualTo(ALL);
  }

  @Test
  void aModelThatOnceTookASchemaIsAskedThatWayAgain() {
    forms.taken("m", JSON_SCHEMA);
    forms.refused("m", "{1}", JSON_SCHEMA);
    forms.refused("m", "{2}", JSON_SCHEMA);
    assertThat(forms.without("m", "{3}", ALL)).isEqualTo(ALL);
  }

  @Test
  void theLastFormIsAlwaysLeft() {
    ALL.forEach(form -> forms.refused("m", "{1}", form));
    assertThat(forms.without("m", "{1}", ALL)).containsExactly(SCHEMA_IN_WORDS);
  }
}

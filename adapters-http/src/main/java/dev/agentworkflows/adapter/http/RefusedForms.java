package dev.agentworkflows.adapter.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers which forms of structured output an endpoint refused, so that each refusal is paid for
 * once: for that schema, and for the whole model after a second schema was refused and none taken.
 * Thread-safe.
 */
final class RefusedForms {

  private static final int MAX_REMEMBERED = 10_000;
  private static final int ENOUGH_TO_JUDGE_THE_MODEL = 2;

  private record Schema(String model, AnswerForm form, int schemaHash) {}

  private record Model(String model, AnswerForm form) {}

  private final Map<Schema, Boolean> refused =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Schema, Boolean> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };
  private final Map<Model, Integer> refusals = new LinkedHashMap<>();
  private final Set<Model> taken = ConcurrentHashMap.newKeySet();

  /** The forms that are worth a try; the last one always is. */
  synchronized List<AnswerForm> without(String model, String schemaJson, List<AnswerForm> forms) {
    List<AnswerForm> open = new ArrayList<>();
    for (AnswerForm form : forms.subList(0, forms.size() - 1)) {
      if (!isRefused(model, schemaJson, form)) {
        open.add(form);
      }
    }
    open.add(forms.get(forms.size() - 1));
    return open;
  }

  private boolean isRefused(String model, String schemaJson, AnswerForm form) {
    Model key = new Model(model, form);
    return refused.containsKey(new Schema(model, form, schemaJson.hashCode()))
        || (refusals.getOrDefault(key, 0) >= ENOUGH_TO_JUDGE_THE_MODEL && !taken.contains(key));
  }

  /** The endpoint answered in a later form what it had refused in this one. */
  synchronized void refused(String model, String schemaJson, AnswerForm form) {
    if (refused.put(new Schema(model, form, schemaJson.hashCode()), true) == null) {
      refusals.merge(new Model(model, form), 1, Integer::sum);
    }
  }

  /** The endpoint answered in this form: the model knows it. */
  void taken(String model, AnswerForm form) {
    taken.add(new Model(model, form));
  }
}

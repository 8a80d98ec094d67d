package dev.agentworkflows.adapter.gemini;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AnswerCorpus;
import dev.agentworkflows.testkit.CorpusContract;
import dev.agentworkflows.testkit.CorpusEntry;
import java.io.IOException;
import java.util.List;

class GeminiCorpusTest extends CorpusContract {

  @Override
  protected AdapterFactory factory() {
    return new GeminiAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "GEMINI_API_KEY";
  }

  @Override
  protected List<CorpusEntry> entries() throws IOException {
    return AnswerCorpus.of("gemini");
  }
}

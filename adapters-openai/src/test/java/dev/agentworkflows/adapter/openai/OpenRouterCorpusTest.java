package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AnswerCorpus;
import dev.agentworkflows.testkit.CorpusContract;
import dev.agentworkflows.testkit.CorpusEntry;
import java.io.IOException;
import java.util.List;

class OpenRouterCorpusTest extends CorpusContract {

  @Override
  protected AdapterFactory factory() {
    return new OpenRouterAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "OPENROUTER_API_KEY";
  }

  @Override
  protected List<CorpusEntry> entries() throws IOException {
    return AnswerCorpus.of("openrouter");
  }
}

package dev.agentworkflows.adapter.openai;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AnswerCorpus;
import dev.agentworkflows.testkit.CorpusContract;
import dev.agentworkflows.testkit.CorpusEntry;
import java.io.IOException;
import java.util.List;

class OpenAiCorpusTest extends CorpusContract {

  @Override
  protected AdapterFactory factory() {
    return new OpenAiAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "OPENAI_API_KEY";
  }

  @Override
  protected List<CorpusEntry> entries() throws IOException {
    return AnswerCorpus.of("openai");
  }
}

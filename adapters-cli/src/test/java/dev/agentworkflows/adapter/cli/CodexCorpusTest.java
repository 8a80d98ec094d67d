package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AnswerCorpus;
import dev.agentworkflows.testkit.CorpusContract;
import dev.agentworkflows.testkit.CorpusEntry;
import java.io.IOException;
import java.util.List;

class CodexCorpusTest extends CorpusContract {

  @Override
  protected AdapterFactory factory() {
    return new CodexAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "OPENAI_API_KEY";
  }

  @Override
  protected List<CorpusEntry> entries() throws IOException {
    return AnswerCorpus.of("codex");
  }

  @Override
  protected boolean startsProgram() {
    return true;
  }
}

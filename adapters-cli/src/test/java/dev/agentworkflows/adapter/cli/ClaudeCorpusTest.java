package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AnswerCorpus;
import dev.agentworkflows.testkit.CorpusContract;
import dev.agentworkflows.testkit.CorpusEntry;
import java.io.IOException;
import java.util.List;

class ClaudeCorpusTest extends CorpusContract {

  @Override
  protected AdapterFactory factory() {
    return new ClaudeAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "ANTHROPIC_API_KEY";
  }

  @Override
  protected List<CorpusEntry> entries() throws IOException {
    return AnswerCorpus.of("claude");
  }

  @Override
  protected boolean startsProgram() {
    return true;
  }
}

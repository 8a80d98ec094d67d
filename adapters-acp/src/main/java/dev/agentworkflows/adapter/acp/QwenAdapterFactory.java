package dev.agentworkflows.adapter.acp;

import java.util.List;
import java.util.Set;

/** The {@code qwen} program (Qwen Code), with its own login. */
public final class QwenAdapterFactory extends AgentFactory {

  public QwenAdapterFactory() {
    super(
        new AgentKind(
            "qwen",
            "qwen",
            List.of("--acp"),
            "npm install -g @qwen-code/qwen-code",
            Set.of("DASHSCOPE_API_KEY"),
            null,
            null));
  }
}

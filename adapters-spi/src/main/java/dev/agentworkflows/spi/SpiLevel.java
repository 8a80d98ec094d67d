package dev.agentworkflows.spi;

/**
 * The level of this SPI: a number that grows by one with each addition to it. What an earlier level
 * had, a later one has as well, so an adapter runs on the level that it was built for and on every
 * later one.
 *
 * <p>An adapter's jar may say in its manifest which level it needs, as {@link #MANIFEST_ATTRIBUTE}.
 * A coordinator of an earlier level then refuses it by name, instead of failing in the middle of a
 * call.
 *
 * <ul>
 *   <li>1: factories, adapters, calls
 *   <li>2: {@link AdapterException.Kind#RATE_LIMITED}, {@link CallContext#limitReached}, {@link
 *       Adapter#batches}
 *   <li>3: {@link Usage#totalTokens}, {@link AdapterException#billed}, {@link
 *       Capability#REPORTS_COST}
 *   <li>4: {@link UsageLimit}, {@link AdapterException.Kind#EXHAUSTED}
 *   <li>5: {@link AgentCall#options()}, {@link AgentCall#builder}, {@link AgentReply#builder},
 *       {@link AdapterFactory#capabilities(boolean)}, {@link CallContext#maxCostUsd}, {@link
 *       CallContext#usageWindow}, {@link CallContext#answering}, {@link Conversation}, {@link
 *       AdapterException.Kind#UNAVAILABLE}, {@link AdapterException.Kind#BUDGET_REACHED}, {@link
 *       AdapterException#beforeWork}
 * </ul>
 */
public final class SpiLevel {

  /** The level that these classes have. */
  public static final int CURRENT = 5;

  /** The main attribute of an adapter's manifest that holds the level it was built for. */
  public static final String MANIFEST_ATTRIBUTE = "Agent-Workflows-Spi";

  private SpiLevel() {}
}

package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterFactory;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** What a coordinator does with every adapter at each start, in a process of its own. */
final class ListedFactories {

  private ListedFactories() {}

  public static void main(String[] arguments) {
    for (AdapterFactory factory : ServiceLoader.load(AdapterFactory.class)) {
      System.out.println(
          factory.name() + factory.aliases() + new TreeSet<>(factory.capabilities()));
    }
  }
}

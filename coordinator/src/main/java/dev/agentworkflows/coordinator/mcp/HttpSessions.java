package dev.agentworkflows.coordinator.mcp;

import io.modelcontextprotocol.spec.McpStreamableServerSession;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clients that came over HTTP. Many never say goodbye: of too many, the ones that are silent
 * longest are forgotten. Thread-safe.
 */
final class HttpSessions {

  private static final int MOST = 100;

  /** A client, and what it waits for. */
  record Client(McpStreamableServerSession session, RequestsInFlight requests) {}

  private final Map<String, Client> clients = new LinkedHashMap<>(16, 0.75f, true);

  synchronized void add(McpStreamableServerSession session) {
    clients.put(session.getId(), new Client(session, new RequestsInFlight()));
    Iterator<Client> oldest = clients.values().iterator();
    while (clients.size() > MOST && oldest.hasNext()) {
      Client client = oldest.next();
      if (client.requests().isEmpty()) {
        oldest.remove();
      }
    }
  }

  synchronized @Nullable Client find(String id) {
    return clients.get(id);
  }

  synchronized @Nullable Client remove(String id) {
    return clients.remove(id);
  }

  synchronized List<Client> all() {
    return new ArrayList<>(clients.values());
  }
}

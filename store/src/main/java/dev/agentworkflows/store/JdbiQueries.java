package dev.agentworkflows.store;

import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Queries through Jdbi, which is loaded when first asked: that takes longer than all the rest of a
 * start, so what every start needs is read by {@link ReadConnections#list}. Thread-safe, blocking.
 */
final class JdbiQueries {
  private final ReadConnections connections;
  private final StoreErrors troubles;
  private final Path home;
  private @Nullable Jdbi loaded;

  JdbiQueries(ReadConnections connections, StoreErrors troubles, Path home) {
    this.home = home;
    this.connections = connections;
    this.troubles = troubles;
  }

  /** All rows of a query, its parameters bound in order. */
  <T> List<T> list(String sql, Row.Reader<T> reader, Object... parameters) {
    try {
      return jdbi()
          .withHandle(handle -> {
            Query query = handle.createQuery(sql);
            for (int i = 0; i < parameters.length; i++) {
              query.bind(i, parameters[i]);
            }
            return query.map((rows, context) -> reader.read(new Row(rows, home))).list();
          });
    } catch (RuntimeException e) {
      throw troubles.explainRead(e);
    }
  }

  private synchronized Jdbi jdbi() {
    if (loaded == null) {
      loaded = Jdbi.create(connections);
    }
    return loaded;
  }
}

package dev.agentworkflows.coordinator.adapter.install;

import dev.agentworkflows.coordinator.InstallRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.transfer.ArtifactNotFoundException;
import org.eclipse.aether.transfer.ArtifactTransferException;
import org.eclipse.aether.transfer.ChecksumFailureException;
import org.eclipse.aether.transfer.RepositoryOfflineException;

/** Says what a failed download means for the person who asked for it. */
final class ResolutionErrors {

  private final Coordinates coordinates;
  private final List<RemoteRepository> repositories;

  ResolutionErrors(Coordinates coordinates, List<RemoteRepository> repositories) {
    this.coordinates = coordinates;
    this.repositories = repositories;
  }

  RefusedException refusal(DependencyResolutionException e) {
    List<Throwable> all = everything(e);
    return new RefusedException(refusal(e, all), e);
  }

  /** The worst comes first: a file that was tampered with must not pass for a missing one. */
  private InstallRefusal refusal(DependencyResolutionException e, List<Throwable> all) {
    Optional<String> where = first(all, ArtifactTransferException.class).map(this::place);
    Optional<ChecksumFailureException> checksum = first(all, ChecksumFailureException.class);
    if (checksum.isPresent()) {
      return notFetched(
          where.orElse("a file")
              + " does not match its checksum: "
              + checksum.get().getMessage()
              + ".\nIt was damaged or tampered with; nothing of it was kept");
    }
    if (first(all, RepositoryOfflineException.class).isPresent()) {
      return notFetched("Maven's settings say that this machine is offline");
    }
    Optional<String> network = network(all);
    if (network.isPresent()) {
      return notFetched(
          network.get() + "\nCheck the network, and the proxy or mirror in ~/.m2/settings.xml");
    }
    Optional<ArtifactTransferException> transfer =
        all.stream()
            .filter(ArtifactTransferException.class::isInstance)
            .map(ArtifactTransferException.class::cast)
            .filter(failure -> !(failure instanceof ArtifactNotFoundException))
            .findFirst();
    if (transfer.isPresent()) {
      return notFetched(place(transfer.get()) + " can't be fetched: " + innermost(transfer.get()));
    }
    return first(all, ArtifactNotFoundException.class)
        .<InstallRefusal>map(missing ->
            new InstallRefusal.NotFound(
                coordinates.toString(), String.valueOf(missing.getArtifact()), urls()))
        .orElseGet(() -> notFetched(String.valueOf(e.getMessage())));
  }

  private InstallRefusal notFetched(String problem) {
    return new InstallRefusal.NotFetched(coordinates.toString(), problem);
  }

  private static Optional<String> network(List<Throwable> all) {
    for (Throwable cause : all) {
      if (cause instanceof UnknownHostException) {
        return Optional.of("no host " + cause.getMessage() + " was found.");
      }
      if (cause instanceof ConnectException || cause instanceof SocketTimeoutException) {
        return Optional.of("no connection: " + cause.getMessage() + ".");
      }
    }
    return Optional.empty();
  }

  private String place(ArtifactTransferException e) {
    RemoteRepository repository = e.getRepository();
    return e.getArtifact() + (repository == null ? "" : " in " + repository.getUrl());
  }

  private List<String> urls() {
    return repositories.stream().map(RemoteRepository::getUrl).toList();
  }

  /** An artifact is looked for in several repositories, and each may fail in its own way. */
  private static List<Throwable> everything(Throwable top) {
    List<Throwable> all = new ArrayList<>();
    Deque<Throwable> open = new ArrayDeque<>(List.of(top));
    while (!open.isEmpty()) {
      Throwable next = open.removeFirst();
      if (all.contains(next)) {
        continue;
      }
      all.add(next);
      if (next instanceof ArtifactResolutionException unresolved) {
        for (ArtifactResult result : unresolved.getResults()) {
          if (!result.isResolved()) {
            open.addAll(result.getExceptions());
          }
        }
      }
      if (next.getCause() != null) {
        open.add(next.getCause());
      }
    }
    return all;
  }

  private static <T> Optional<T> first(List<Throwable> all, Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  private static String innermost(Throwable e) {
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return String.valueOf(inner.getMessage());
  }
}

package dev.agentworkflows.it.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A small ext4 disk in a file, for filling it up and for having it fail. Needs Linux, root and loop
 * devices; a test that can't have one is skipped with the reason. Unmounted when it is closed.
 */
public final class LoopDisk implements AutoCloseable {

  private static final long MEGABYTE = 1024 * 1024;

  private final Path image;
  private final Path mountPoint;

  private LoopDisk(Path image, Path mountPoint) {
    this.image = image;
    this.mountPoint = mountPoint;
  }

  /** Makes and mounts one; {@code directory} must not exist. */
  public static LoopDisk in(Path directory, int megabytes) {
    assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && Files.exists(Path.of("/dev/loop-control")),
        "mounting a disk of one's own takes root and loop devices");
    LoopDisk disk = new LoopDisk(directory.resolve("image"), directory.resolve("disk"));
    try {
      Files.createDirectories(disk.mountPoint);
      try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
        file.setLength(megabytes * MEGABYTE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Ended made = run("mkfs.ext4", "-q", "-m", "0", disk.image.toString());
    assumeTrue(made.exitCode == 0, "mkfs.ext4: " + made.output);
    Ended mounted = disk.mount();
    assumeTrue(mounted.exitCode == 0, "mount: " + mounted.output);
    return disk;
  }

  public Path directory() {
    return mountPoint;
  }

  /** Takes all room but so much. */
  public void fillUpTo(int megabytesLeft) {
    long usable = mountPoint.toFile().getUsableSpace();
    runWell(
        "fallocate", "-l", Long.toString(usable - megabytesLeft * MEGABYTE), ballast().toString());
  }

  public void makeRoom() {
    try {
      Files.delete(ballast());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the kernel does at a disk's error: nothing can be written any more, open files included. */
  void fail() {
    runWell("mount", "-o", "remount,abort", mountPoint.toString());
  }

  /** As an administrator does after it; nothing may be open there. */
  void repair() {
    runWell("umount", mountPoint.toString());
    Ended checked = run("e2fsck", "-fp", image.toString());
    assertThat(checked.exitCode).as("e2fsck: " + checked.output).isIn(0, 1);
    Ended mounted = mount();
    assertThat(mounted.exitCode).as("mount: " + mounted.output).isZero();
  }

  @Override
  public void close() {
    if (run("umount", mountPoint.toString()).exitCode != 0) {
      run("umount", "-l", mountPoint.toString());
    }
  }

  private Path ballast() {
    return mountPoint.resolve("ballast");
  }

  private Ended mount() {
    return run("mount", "-o", "loop", image.toString(), mountPoint.toString());
  }

  private record Ended(int exitCode, String output) {}

  private static void runWell(String... command) {
    Ended ended = run(command);
    assertThat(ended.exitCode).as(String.join(" ", command) + ": " + ended.output).isZero();
  }

  private static Ended run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(String.join(" ", command) + " does not end");
      }
      return new Ended(process.exitValue(), output);
    } catch (IOException e) {
      return new Ended(127, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

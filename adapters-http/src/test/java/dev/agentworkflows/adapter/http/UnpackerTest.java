package dev.agentworkflows.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.testkit.Generated;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnpackerTest {

  private static final byte[] TEXT =
      "{\"a\": \"hé\"} ".repeat(5_000).getBytes(StandardCharsets.UTF_8);

  private interface Packing {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] packed(Packing packing, byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = packing.over(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    return packed(GZIPOutputStream::new, bytes);
  }

  /** In pieces of this size; null when something is missing at the end. */
  private static byte @Nullable [] unpacked(byte[] packed, int size) throws DataFormatException {
    Unpacker unpacker = new Unpacker();
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (int at = 0; at < packed.length; at += size) {
      unpacker.take(Arrays.copyOfRange(packed, at, Math.min(at + size, packed.length)));
      drain(unpacker, plain);
    }
    unpacker.finish();
    drain(unpacker, plain);
    boolean whole = unpacker.isWhole();
    unpacker.close();
    return whole ? plain.toByteArray() : null;
  }

  private static void drain(Unpacker unpacker, ByteArrayOutputStream plain)
      throws DataFormatException {
    for (byte[] piece = unpacker.next(); piece != null; piece = unpacker.next()) {
      plain.writeBytes(piece);
    }
  }

  @Test
  void everyPackingIsUnpackedInPiecesOfEverySize() throws Exception {
    byte[] members = new byte[0];
    for (byte[] member : new byte[][] {gzip(TEXT), gzip(new byte[0]), gzip(TEXT)}) {
      int end = members.length;
      members = Arrays.copyOf(members, end + member.length);
      System.arraycopy(member, 0, members, end, member.length);
    }
    byte[] twice = Arrays.copyOf(TEXT, TEXT.length * 2);
    System.arraycopy(TEXT, 0, twice, TEXT.length, TEXT.length);
    for (int size : new int[] {1, 2, 3, 7, 100, 1 << 20}) {
      assertThat(unpacked(gzip(TEXT), size)).isEqualTo(TEXT);
      assertThat(unpacked(packed(DeflaterOutputStream::new, TEXT), size)).isEqualTo(TEXT);
      assertThat(unpacked(TEXT, size)).isEqualTo(TEXT);
      assertThat(unpacked(members, size)).isEqualTo(twice);
    }
    assertThat(unpacked(new byte[0], 1)).isEmpty();
    assertThat(unpacked(new byte[] {'7'}, 1)).isEqualTo(new byte[] {'7'});
  }

  @Test
  void aHeaderWithAllItsPartsIsPassedOver() throws Exception {
    byte[] plain = gzip(TEXT);
    ByteArrayOutputStream dressed = new ByteArrayOutputStream();
    dressed.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3});
    dressed.writeBytes(new byte[] {3, 0, 1, 2, 3});
    dressed.writeBytes("name\0comment\0".getBytes(StandardCharsets.UTF_8));
    dressed.writeBytes(new byte[] {9, 9});
    dressed.write(plain, 10, plain.length - 10);
    assertThat(unpacked(dressed.toByteArray(), 1)).isEqualTo(TEXT);
    assertThat(unpacked(dressed.toByteArray(), 1_000)).isEqualTo(TEXT);
  }

  @Test
  void whatBreaksOffIsNotWhole() throws Exception {
    byte[] packed = gzip(TEXT);
    for (int length = 2; length < packed.length; length++) {
      assertThat(unpacked(Arrays.copyOf(packed, length), 50)).as("%d bytes", length).isNull();
    }
  }

  @Test
  void damageIsSeenOrReadButNeverHangs() throws Exception {
    long seed = Generated.seed();
    Random random = new Random(seed);
    for (int i = 0; i < Generated.count(500); i++) {
      byte[] packed = gzip(TEXT);
      packed[random.nextInt(packed.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        byte[] plain = unpacked(packed, 64);
        assertThat(plain == null || plain.length <= 2 * TEXT.length).as("seed %d", seed).isTrue();
      } catch (DataFormatException e) {
        assertThat(e).as("seed %d", seed).isNotNull();
      }
    }
  }

  @Test
  void damageOfAStreamWithoutAChecksumIsSeenToo() {
    assertThatThrownBy(
            () -> {
              byte[] packed = packed(out -> new DeflaterOutputStream(out, new Deflater(9)), TEXT);
              packed[10] ^= 0x55;
              packed[11] ^= 0x55;
              unpacked(packed, 16);
            })
        .isInstanceOf(DataFormatException.class);
  }

  @Test
  void aWrongChecksumIsDamage() throws IOException {
    byte[] packed = gzip(TEXT);
    packed[packed.length - 5] ^= 1;
    assertThatThrownBy(() -> unpacked(packed, 1_000)).isInstanceOf(DataFormatException.class);
  }
}

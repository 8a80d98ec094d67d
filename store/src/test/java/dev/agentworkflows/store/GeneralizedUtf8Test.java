package dev.agentworkflows.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class GeneralizedUtf8Test {
  @Test
  void ordinaryTextIsPlainUtf8() {
    for (String s : new String[] {"", "plain?", "\u0000", "ü € 🙂 \uFFFD", "\uFFFF"}) {
      assertThat(GeneralizedUtf8.encode(s)).isEqualTo(s.getBytes(UTF_8));
      assertThat(GeneralizedUtf8.decode(s.getBytes(UTF_8))).isEqualTo(s);
    }
  }

  @Test
  void aLoneSurrogateIsThreeBytesAsPythonWritesIt() {
    // '\ud800 \udfff'.encode('utf-8', 'surrogatepass')
    byte[] python = {
      (byte) 0xED, (byte) 0xA0, (byte) 0x80, ' ', (byte) 0xED, (byte) 0xBF, (byte) 0xBF
    };

    assertThat(GeneralizedUtf8.encode("\ud800 \udfff")).isEqualTo(python);
    assertThat(GeneralizedUtf8.decode(python)).isEqualTo("\ud800 \udfff");
  }

  @RepeatedTest(50)
  void anyStringComesBack(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    char[] interesting = {'a', '?', 0, 'ü', '€', '\ud83d', '\ude00', '\uD7FF', '\uE000', '\uFFFD'};
    StringBuilder s = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      s.append(
          random.nextBoolean()
              ? interesting[random.nextInt(interesting.length)]
              : (char) random.nextInt(0x10000));
    }

    assertThat(GeneralizedUtf8.decode(GeneralizedUtf8.encode(s.toString())))
        .isEqualTo(s.toString());
  }

  @RepeatedTest(50)
  void bytesOfNoEncodingNeverThrow(RepetitionInfo repetition) {
    byte[] bytes = new byte[64];
    new Random(repetition.getCurrentRepetition()).nextBytes(bytes);
    bytes[63] = (byte) 0xED;

    assertThat(GeneralizedUtf8.decode(bytes)).endsWith("\uFFFD");
  }

  @Test
  void brokenBytesBesideASurrogateDoNotHideIt() {
    byte[] bytes = {(byte) 0xC3, (byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xFF, 'x'};

    assertThat(GeneralizedUtf8.decode(bytes)).isEqualTo("\uFFFD\ud800\uFFFDx");
  }
}

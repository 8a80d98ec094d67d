package dev.agentworkflows.coordinator;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts of a class, also those from which it joins others: the strings of its constant pool.
 */
final class ClassFileStrings {

  private static final int UTF8 = 1;
  private static final int STRING = 8;

  private ClassFileStrings() {}

  static List<String> of(JavaClass type) throws IOException {
    Map<Integer, String> texts = new HashMap<>();
    List<Integer> strings = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(type.getSource().orElseThrow().getUri().toURL().openStream())) {
      in.readLong(); // magic number and version
      int count = in.readUnsignedShort();
      for (int i = 1; i < count; i++) {
        int tag = in.readUnsignedByte();
        switch (tag) {
          case UTF8 -> texts.put(i, in.readUTF());
          case STRING -> strings.add(in.readUnsignedShort());
          case 5, 6 -> { // long and double take two places
            in.skipNBytes(8);
            i++;
          }
          case 7, 16, 19, 20 -> in.skipNBytes(2);
          case 15 -> in.skipNBytes(3);
          default -> in.skipNBytes(4);
        }
      }
    }
    return strings.stream().map(texts::get).toList();
  }
}

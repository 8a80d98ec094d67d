package dev.agentworkflows.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import org.sqlite.SQLiteConfig;

/** All that a database's schema says, in one text. */
record SchemaText(String text) {

  /**
   * Of each version, from 1 on. {@code HostileDatabaseTest} tells the one of a new version, without
   * which each start makes such a database in memory to find out.
   */
  static final List<String> DIGESTS =
      List.of(
          "1d785ef2540420642e926aa6fb9021416f59c31fb6cecc4956873292b1a221ee",
          "836728bdf2be022194e8f7b8a4f7f83bf006506cd5765beb2ae54b953b4d388d",
          "42fd5f832fbc16122da7ad4672c88d40cf12e90c12009f5bf86e747c777aae36",
          "13f845ec2ce6720c19105ddb3d983eaab852cbaac8b78ea204b4cc5cd387add9",
          "0f99945b032241fa23fc925c91eb2e4927a82a02a294629d4a6d01b91f8fae89",
          "09cfc09ecdc868034ff8daf37c2cd7f8ae0ca8f1e51ebd49ba7342501a39b3d1",
          "a462663290f4b1e57100ae64c22fb03caebbd0acd6ecd849969effdd1f24406a",
          "22515e4e9b0dc05fdfe3d1842f32709c5d4759f12b0cbb5e5526d923482e4414",
          "2a93a50664d6f751ca3cc7a04fe5191f41f7533b56cec7c5d1e1bcb38827e625",
          "ae1dcffc16cdba3ecc025427dd8ab4b4617870b42d32fe9b2e274f881c330c98",
          "9d0a8ef5538c96613511fd5a27c38cb806ad712b7750e14f85408e24698aabc5",
          "69a7c47f5c154251ba3a1b1a898de50b0b5f91f2d705ec045a1f3193e672d093");

  private static final String ALL =
      """
      SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name
      """;

  /** The digest of a version that this program knows. */
  static String expected(int version) throws SQLException {
    return version <= DIGESTS.size() ? DIGESTS.get(version - 1) : computed(version);
  }

  static String computed(int version) throws SQLException {
    try (Connection memory = new SQLiteConfig().createConnection("jdbc:sqlite::memory:");
        Statement statement = memory.createStatement()) {
      for (int next = 1; next <= version; next++) {
        statement.executeUpdate(Schema.script(next));
      }
      return of(memory).digest();
    }
  }

  static SchemaText of(Connection connection) throws SQLException {
    StringBuilder text = new StringBuilder();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(ALL)) {
      while (rows.next()) {
        for (int column = 1; column <= 4; column++) {
          text.append(rows.getString(column)).append('\0');
        }
      }
    }
    return new SchemaText(text.toString());
  }

  String digest() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}

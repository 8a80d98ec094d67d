/** What no Java program starts faster than. */
final class EmptyProgram {
  private EmptyProgram() {}

  public static void main(String[] args) {}
}

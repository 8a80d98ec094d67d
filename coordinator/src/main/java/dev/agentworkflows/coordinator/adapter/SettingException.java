package dev.agentworkflows.coordinator.adapter;

/**
 * A setting of a provider or of a route that makes no sense. The message lacks where it stands,
 * which whoever catches it puts before it.
 */
final class SettingException extends Exception {

  private static final long serialVersionUID = 1L;

  SettingException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}

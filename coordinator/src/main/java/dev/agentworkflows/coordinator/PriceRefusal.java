package dev.agentworkflows.coordinator;

/** Why prices are not fetched. */
public sealed interface PriceRefusal extends Refusal {

  record NoAddress(String reason) implements PriceRefusal {
    @Override
    public String text() {
      return "the address of the prices is no address: " + reason;
    }
  }

  /** An address without a host, or with a user's name. */
  record IncompleteAddress() implements PriceRefusal {
    @Override
    public String text() {
      return "the address of the prices must be https://HOST/PATH, without a user's name";
    }
  }

  record NotEncrypted() implements PriceRefusal {
    @Override
    public String text() {
      return "prices are fetched over https:// alone, or over http:// from this machine (127.0.0.1,"
          + " localhost): whoever changes them on their way decides what a budget holds";
    }
  }

  record NotFetched(String address, String problem) implements PriceRefusal {
    @Override
    public String text() {
      return "no prices from " + address + ": " + problem + ".\nThe prices stay as they were";
    }
  }
}

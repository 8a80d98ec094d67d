package dev.agentworkflows.coordinator.cli.refusal;

import dev.agentworkflows.coordinator.BatchRefusal;

/** What `batch` and its commands say of a batch. */
final class BatchText {

  private BatchText() {}

  static String of(BatchRefusal refusal) {
    if (refusal instanceof BatchRefusal.NothingInDoubt certain) {
      return "--adopt is for a file whose submission came to no known end, and that of %s did not."
          .formatted(certain.file());
    }
    return refusal.followedBy(wayOn(refusal));
  }

  private static String wayOn(BatchRefusal refusal) {
    if (refusal instanceof BatchRefusal.UnknownBatch) {
      return ". `batch list` lists those that there are.";
    }
    if (refusal instanceof BatchRefusal.OfAnotherSubmission) {
      return ". See `batch list`.";
    }
    if (refusal instanceof BatchRefusal.AlreadySubmitted submitted) {
      return ".\n`batch status %s` tells how far it is; --again sends the file once more, to be paid once more."
          .formatted(submitted.batch());
    }
    if (refusal instanceof BatchRefusal.MadeNotRecorded made) {
      return ".\nWhen it can: `batch submit %s --provider %s --adopt %s`."
          .formatted(made.file(), made.provider(), made.providerBatch());
    }
    if (refusal instanceof BatchRefusal.InDoubt doubt) {
      return (". `batch submit %s --provider %s` looks again%s; with --again it sends the file once"
              + " more, and you may pay twice.")
          .formatted(
              doubt.file(),
              doubt.provider(),
              doubt.candidate() == null
                  ? ""
                  : "; with --adopt " + doubt.candidate() + " it takes that one");
    }
    if (refusal instanceof BatchRefusal.NotKnownToExist unknown) {
      return ".\n`batch submit %s --provider %s` looks it up there before anything is sent."
          .formatted(unknown.file(), unknown.provider());
    }
    return ".";
  }
}

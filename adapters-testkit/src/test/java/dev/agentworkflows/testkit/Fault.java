package dev.agentworkflows.testkit;

/** What an adapter for an agent's program may do wrong, and which test of the contract finds it. */
enum Fault {
  NONE(""),
  ASKS_PROCESSES_TO_END("aCallThatIsOverEndsTheAgentAndAllThatItStarted"),
  ENDS_THE_PROGRAM_ALONE("aCallThatIsOverEndsTheAgentAndAllThatItStarted"),
  LEAVES_WHAT_THE_PROGRAM_LEFT("whatHoldsThePipesOpenNeitherKeepsTheAnswerBackNorStays"),
  SWALLOWS_INTERRUPTIONS("anAgentThatReadsNothingIsEndedWithItsCall"),
  WAITS_FOR_THE_END("anAgentThatHangsAfterItsAnswerHasAnswered"),
  LOOKS_AT_THE_EXIT_CODE("anAnswerCountsWhateverTheExitCode"),
  NEEDS_A_LINE_BREAK("aLastLineWithoutAnEndIsHeard"),
  TRUSTS_LINES("linesThatAreNoJsonDoNoHarm"),
  TRUSTS_TYPES("valuesOfOtherTypesAreNoMoreThanAFailure"),
  DROPS_BYTES("bytesThatAreNoUtf8DoNoHarm"),
  KEEPS_EVENTS("fiftyMegabytesOfEventsTakeLittleMemory"),
  KEEPS_LONG_LINES("aLineOfFiftyMegabytesTakesLittleMemory"),
  KEEPS_ERRORS("fiftyMegabytesOfErrorsTakeLittleMemory"),
  TAKES_SILENCE_FOR_AN_ANSWER("anAgentThatEndsInOrderWithoutAnAnswerHasFailed"),
  TAKES_HALF_A_LINE("halfALineIsNoAnswer"),
  TRIES_EXIT_CODES_AGAIN("anExitCodeIsToldWithTheLastWordsAndNotTriedAgain"),
  GIVES_UP_ON_SIGNALS("anAgentThatASignalEndsMayBeAskedAgain"),
  DENIES_WORK("afterWorkNoFailureSaysThatNothingBegan"),
  SHOWS_THE_PROMPT("neitherThePromptNorTheSecretIsInAFailure"),
  CUTS_BEFORE_IT_REDACTS("aSecretIsNotShownInHalf"),
  DOES_NOT_LOOK_FOR_ITS_PROGRAM("aProgramThatIsNotThereIsNamed"),
  OVERLOOKS_RESET_TIMES("aLimitThatSaysWhenItResetsIsTakenAtItsWord"),
  INVENTS_RESET_TIMES("aLimitThatDoesNotSayWhenItResetsIsOneAllTheSame"),
  WAITS_FOR_MONEY("anAccountWithoutMoneyIsNotWaitedFor"),
  TAKES_OVERLOAD_FOR_A_LIMIT("anOverloadIsNoLimitOfTheLogin"),
  READS_THE_AGENTS_WORDS("theAgentsOwnWordsAreNoLimit"),
  PROMISES_NO_SESSIONS("theFactoryPromisesSessionsWhenTheProgramHasThem"),
  BEGINS_ANEW("aLaterCallGoesOnInTheSessionThatAReplyTold"),
  LOSES_NO_SESSION("aSessionThatIsNotThereIsLost"),
  LOSES_SESSIONS_AFTER_WORK("aFailureAfterWorkIsNoLostSession"),
  TRUSTS_STORED_IDS("noSessionsIdIsTakenForAnOption");

  private final String test;

  Fault(String test) {
    this.test = test;
  }

  String test() {
    return test;
  }
}

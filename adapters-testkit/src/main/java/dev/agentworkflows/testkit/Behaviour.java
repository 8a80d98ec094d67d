package dev.agentworkflows.testkit;

/** What a {@link Backend} does with the requests that reach it from now on. */
public enum Behaviour {
  /** Answers with {@link Backend#ANSWER} and the whole prompt behind it. */
  ANSWERS,
  /** Fails in a way that passes: a rate limit, a server error. */
  FAILS_FOR_NOW,
  /** Fails in a way that another try would not mend: a request that it refuses. */
  FAILS_FOR_GOOD,
  /** Fails, and repeats in its message the secret that it was given. */
  FAILS_REPEATING_THE_SECRET,
  /** Takes the request and never answers; a program starts children that don't end when asked. */
  NEVER_ANSWERS
}

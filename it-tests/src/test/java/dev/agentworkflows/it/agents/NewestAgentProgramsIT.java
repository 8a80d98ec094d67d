package dev.agentworkflows.it.agents;

import org.junit.jupiter.api.parallel.ResourceLock;

/** The same with the newest versions, where the registry has newer ones than the tests know. */
@NewestPrograms
@ResourceLock(AgentProgramsIT.PROGRAMS_IN_USE)
class NewestAgentProgramsIT extends AgentProgramsIT {}

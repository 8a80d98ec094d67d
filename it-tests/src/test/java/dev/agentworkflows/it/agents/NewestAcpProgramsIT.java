package dev.agentworkflows.it.agents;

import org.junit.jupiter.api.parallel.ResourceLock;

/** The same with the newest versions, where the registry has newer ones than the tests know. */
@NewestPrograms
@ResourceLock(AcpProgramsIT.PROGRAMS_IN_USE)
class NewestAcpProgramsIT extends AcpProgramsIT {}

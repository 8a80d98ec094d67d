package dev.agentworkflows.it.agents;

/** The same with the newest versions, where the registry has newer ones than the tests know. */
@NewestPrograms
class NewestAcpProgramsIT extends AcpProgramsIT {}

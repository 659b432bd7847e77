// One at a time: a test lowers this process's descriptor limit, others measure what closes within a call.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

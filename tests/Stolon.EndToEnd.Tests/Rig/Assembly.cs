[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// Two processor cores: one cluster at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

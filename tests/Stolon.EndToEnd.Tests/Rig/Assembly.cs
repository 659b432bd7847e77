[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// Two processor cores: one cluster at a time.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]

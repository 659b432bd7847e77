using Stolon.EndToEnd.Tests.Rig;
using Xunit.v3;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

// Clusters wait for most of their time: two at a time on two processor cores.
[assembly: Parallelization(MaxThreads = 2)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]

using Xunit.Sdk;
using Xunit.v3;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Begins with the cluster that most tests share: its tests take about as long as all others
/// together.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections
            .OrderByDescending(c => c.TestCollectionDisplayName == AsynchronousCluster.Name)
            .ThenBy(c => c.TestCollectionDisplayName, StringComparer.Ordinal)];
}

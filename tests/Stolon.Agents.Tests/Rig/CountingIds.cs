using System.Globalization;
using Stolon.Core.Common;

namespace Stolon.Agents.Tests.Rig;

/// <summary>Ids in a row, so that a test can be repeated.</summary>
internal sealed class CountingIds : IIdSource
{
    private int _next;

    public string NextUid() => (++_next).ToString("x8", CultureInfo.InvariantCulture);

    public string NextUuid() => $"00000000-0000-4000-8000-{++_next:x12}";

    public int NextNumber(int limit) => 0;
}

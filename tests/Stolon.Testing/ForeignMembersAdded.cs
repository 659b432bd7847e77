using System.Globalization;
using System.Text.Json.Nodes;

namespace Stolon.Testing;

/// <summary>Members that a later version of the format might add to cluster data.</summary>
public static class ForeignMembersAdded
{
    /// <summary>Maps, whose members are data and not part of the format: PostgreSQL parameters, keepers and dbs by
    /// uid.</summary>
    private static readonly string[] Maps = ["keepers", "dbs", "pgParameters"];

    /// <summary>Adds a member at the end of each object that has an identity.</summary>
    /// <returns>The number of added members.</returns>
    public static int To(JsonObject document)
    {
        var count = 0;
        Add(document, isMap: false, ref count);
        return count;
    }

    private static void Add(JsonObject value, bool isMap, ref int count)
    {
        foreach (var (name, inner) in value.ToList())
        {
            if (inner is JsonObject members && name != "pgParameters")
            {
                Add(members, !isMap && Maps.Contains(name), ref count);
            }
        }

        if (!isMap)
        {
            count++;
            var number = count.ToString(CultureInfo.InvariantCulture);
            value.Add(
                $"later{number}",
                JsonNode.Parse($$"""{"n":[{{number}}.50,null,{"z":"<é>","a":18446744073709551616}]}"""));
        }
    }
}

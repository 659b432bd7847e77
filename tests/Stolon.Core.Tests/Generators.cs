using System.Text.Json;
using CsCheck;
using Stolon.Core.Common;

namespace Stolon.Core.Tests;

/// <summary>Random input for properties; a failure prints the smallest input found, and its seed.</summary>
internal static class Generators
{
    private static readonly string[] Names = ["host", "password", "options", "archive_command", "work_mem"];

    /// <summary>Texts made mostly of characters that need escaping.</summary>
    internal static Gen<string> AwkwardText { get; } =
        Gen.Char["\\\\\\'''   \"=#:\t\n\r\v\fabtn017é€"].Array[0, 30].Select(c => new string(c));

    internal static Gen<ValueMap<string, string>> Parameters { get; } =
        Gen.OneOf(Names)
            .Select(AwkwardText, KeyValuePair.Create)
            .Array[0, 10]
            .Select(pairs => pairs.DistinctBy(p => p.Key).ToValueMap());

    /// <summary>Shows a counterexample with its control characters escaped.</summary>
    internal static void Check<T>(this Gen<T> values, Func<T, bool> holds) =>
        values.Sample(holds, iter: 1000, print: v => JsonSerializer.Serialize($"{v}"));
}

using FsCheck;
using FsCheck.Fluent;
using Stolon.Core.Common;

namespace Stolon.Core.Tests;

/// <summary>Random input for properties; FsCheck prints the seed of a failing run.</summary>
internal static class Generators
{
    /// <summary>Texts made mostly of characters that need escaping.</summary>
    internal static Gen<string> AwkwardText { get; } =
        Gen.Elements([.. "\\\\\\'''   \"=#:\t\n\r\v\fabtn017é€"]).ListOf().Select(c => string.Concat(c));

    internal static Gen<ValueMap<string, string>> Parameters { get; } =
        Gen.Elements("host", "password", "options", "archive_command", "work_mem")
            .SelectMany(_ => AwkwardText, (name, value) => KeyValuePair.Create(name, value))
            .ListOf()
            .Select(pairs => pairs.DistinctBy(p => p.Key).ToValueMap());

    internal static void Check<T>(this Gen<T> values, Func<T, bool> holds) =>
        Prop.ForAll(values.ToArbitrary(), holds).QuickCheckThrowOnFailure();
}

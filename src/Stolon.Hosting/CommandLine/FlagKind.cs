namespace Stolon.Hosting.CommandLine;

/// <summary>What a flag's value must be.</summary>
public enum FlagKind
{
    /// <summary>Any text, newlines included.</summary>
    Text,

    /// <summary>Go's spellings of true and false; without a value: true.</summary>
    Switch,

    /// <summary>A Go duration (docs/spec/store.md 4.5).</summary>
    Duration,

    /// <summary>A 64-bit integer in Go's spellings (<c>0x10</c>, <c>1_000</c>).</summary>
    Number,
}

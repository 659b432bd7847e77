using System.Diagnostics.CodeAnalysis;

namespace Stolon.Hosting.CommandLine;

/// <summary>The flags of one command, into which arguments are parsed as pflag does.</summary>
internal sealed class FlagSet
{
    private readonly SortedDictionary<string, FlagState> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<char, FlagState> _byShorthand = [];
    private readonly List<string> _notices;
    private readonly List<string> _arguments = [];

    public FlagSet(IEnumerable<FlagState> flags, List<string> notices)
    {
        _notices = notices;
        foreach (var flag in flags)
        {
            _byName.Add(flag.Definition.Name, flag);
            if (flag.Definition.Shorthand is { } letter)
            {
                _byShorthand.Add(letter, flag);
            }
        }
    }

    public IReadOnlyDictionary<string, FlagState> Flags => _byName;

    public IReadOnlyList<string> Arguments => _arguments;

    /// <summary>Parses the words up to the first error.</summary>
    /// <returns>The error in pflag's words; null: none.</returns>
    public string? TryRead(IReadOnlyList<string> words)
    {
        var rest = new Queue<string>(words);
        while (rest.TryDequeue(out var word))
        {
            var error = word switch
            {
                "--" => TakeAll(rest),
                ['-', '-', ..] => ReadLong(word, rest),
                ['-', _, ..] => ReadShort(word[1..], rest),
                _ => Take(word),
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>Whether the next word is the value of this one, and therefore not a sub-command. An unknown flag counts
    /// as one with a value.</summary>
    public bool TakesNextWord(string word) => word switch
    {
        ['-', '-', _, ..] => !word.Contains('=') && !IsSwitch(_byName.GetValueOrDefault(word[2..])),
        ['-', var letter] => letter != '=' && !IsSwitch(_byShorthand.GetValueOrDefault(letter)),
        _ => false,
    };

    public string? Set(FlagState flag, string value)
    {
        var error = flag.TrySet(value);
        if (error is null && flag.Definition.AliasOf is { } meant)
        {
            _byName[meant].TrySet(value);
        }

        if (error is null && flag.Definition.Deprecated is { } instead)
        {
            _notices.Add($"Flag --{flag.Definition.Name} has been deprecated, {instead}");
        }

        return error;
    }

    private static bool IsSwitch([NotNullWhen(true)] FlagState? flag) => flag?.Definition.Kind is FlagKind.Switch;

    private string? Take(string argument)
    {
        _arguments.Add(argument);
        return null;
    }

    private string? TakeAll(Queue<string> rest)
    {
        _arguments.AddRange(rest);
        rest.Clear();
        return null;
    }

    private string? ReadLong(string word, Queue<string> rest)
    {
        if (word[2] is '-' or '=')
        {
            return $"bad flag syntax: {word}";
        }

        var equals = word.IndexOf('=');
        var name = equals < 0 ? word[2..] : word[2..equals];
        if (!_byName.TryGetValue(name, out var flag))
        {
            return $"unknown flag: --{name}";
        }

        if (equals >= 0)
        {
            return Set(flag, word[(equals + 1)..]);
        }

        if (IsSwitch(flag))
        {
            return Set(flag, "true");
        }

        // The next word is the value, even if it looks like a flag: in --pg-su-password --x it is a password.
        return rest.TryDequeue(out var value) ? Set(flag, value) : $"flag needs an argument: {word}";
    }

    private string? ReadShort(string letters, Queue<string> rest)
    {
        while (letters.Length > 0)
        {
            if (!_byShorthand.TryGetValue(letters[0], out var flag))
            {
                return $"unknown shorthand flag: '{letters[0]}' in -{letters}";
            }

            if (letters is [_, '=', _, ..])
            {
                return Set(flag, letters[2..]);
            }

            if (!IsSwitch(flag))
            {
                return ReadShortValue(flag, letters, rest);
            }

            if (Set(flag, "true") is { } error)
            {
                return error;
            }

            letters = letters[1..];
        }

        return null;
    }

    private string? ReadShortValue(FlagState flag, string letters, Queue<string> rest)
    {
        if (letters.Length > 1)
        {
            return Set(flag, letters[1..]);
        }

        return rest.TryDequeue(out var value) ? Set(flag, value)
            : $"flag needs an argument: '{letters[0]}' in -{letters}";
    }
}

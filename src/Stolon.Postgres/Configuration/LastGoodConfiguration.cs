using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;

namespace Stolon.Postgres.Configuration;

/// <summary>Remembers, across the keeper's restarts, with which of the operator's entries the server last started or
/// was reloaded, on data of this very cluster: file <c>lastgoodconf</c> of the keeper's directory.</summary>
internal sealed partial class LastGoodConfiguration(string keeperDirectory, DataDirectory directory, ILogger logger)
{
    private readonly string _path = Path.Combine(keeperDirectory, "lastgoodconf");

    /// <summary>Null: none is known, or the file cannot be read: then there is nothing to fall back on.</summary>
    public GoodSet? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_path), Format.Default.GoodFile) is { } file
                && file.SystemIdentifier is not null && file.SystemIdentifier == directory.SystemIdentifier
                ? new GoodSet(
                    new OperatorEntries((file.Parameters ?? []).ToValueMap(), (file.Hba ?? []).ToValueList()),
                    (file.Refused ?? [])
                        .Select(r => new RefusedValue(r.Name, r.Value, r.Reason, !r.Suspects))
                        .ToValueList())
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            PostgresLog.LastGoodUnknown(logger, _path, e.Message);
            return null;
        }
    }

    /// <summary>The server works with these. Not being able to note it fails nothing: the next time a mistake has no
    /// former value to go back to.</summary>
    /// <param name="configuration">What it was given. While users are kept out, nothing is learnt of their
    /// lines.</param>
    public void Remember(ServerConfiguration configuration, GoodSet set)
    {
        var known = Read();
        if (configuration.UsersExcluded)
        {
            set = set with { Entries = set.Entries with { Hba = known?.Entries.Hba ?? [] } };
        }

        if (known == set)
        {
            return;
        }

        var file = new GoodFile
        {
            SystemIdentifier = directory.SystemIdentifier,
            Parameters = new SortedDictionary<string, string>(
                set.Entries.Parameters.ToDictionary(p => p.Key, p => p.Value), StringComparer.Ordinal),
            Hba = [.. set.Entries.Hba],
            Refused = [.. set.Refused.Select(r => new RefusedFile(r.Name, r.Value, r.Reason, !r.Proven))],
        };
        Try(() => AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(file, Format.Default.GoodFile)));
    }

    /// <summary>Another cluster begins here.</summary>
    public void Forget() => Try(() => File.Delete(_path));

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            PostgresLog.LastGoodUnknown(logger, _path, e.Message);
        }
    }

    internal sealed record RefusedFile(string Name, string Value, string Reason, bool Suspects = false);

    internal sealed class GoodFile
    {
        public string? SystemIdentifier { get; init; }

        public SortedDictionary<string, string>? Parameters { get; init; }

        public List<string>? Hba { get; init; }

        public List<RefusedFile>? Refused { get; init; }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(GoodFile))]
    internal sealed partial class Format : JsonSerializerContext;
}

/// <summary>What the server works with.</summary>
/// <param name="Refused">What kept it from starting, as only a start could show; not tried again while it
/// runs.</param>
internal sealed record GoodSet(OperatorEntries Entries, ValueList<RefusedValue> Refused);

/// <summary>A parameter's value that kept the server from starting.</summary>
/// <param name="Proven">False: it may have been another that was given up together with this one. Then it is given to
/// the running server again, unless it would wait for a restart.</param>
internal sealed record RefusedValue(string Name, string Value, string Reason, bool Proven);

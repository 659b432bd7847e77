using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;

namespace Stolon.Postgres.Configuration;

/// <summary>Stores, across restarts of the keeper, the operator's entries with which the server last started or was
/// reloaded, for data of this cluster: file <c>lastgoodconf</c> of the keeper's directory.</summary>
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

    /// <summary>Records that the server works with these. If this fails, no step fails; the next mistake then has no
    /// former value to fall back to.</summary>
    /// <param name="configuration">What it was given. While users are excluded, their lines are not tested.</param>
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

    /// <summary>A new cluster begins on this data directory.</summary>
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

/// <summary>The entries with which the server works.</summary>
/// <param name="Refused">Values that prevented a start, which only a start could show; not tried again while the server
/// runs.</param>
internal sealed record GoodSet(OperatorEntries Entries, ValueList<RefusedValue> Refused);

/// <summary>A parameter's value that prevented the server's start.</summary>
/// <param name="Proven">False: another value that was dropped with this one may have been the cause. This one is then
/// applied to the running server again, unless it would wait for a restart.</param>
internal sealed record RefusedValue(string Name, string Value, string Reason, bool Proven);

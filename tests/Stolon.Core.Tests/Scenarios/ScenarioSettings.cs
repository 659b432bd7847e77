using System.Globalization;
using Stolon.Core.Model;

namespace Stolon.Core.Tests.Scenarios;

/// <summary>The settings of scenarios, spelled as in the cluster specification; durations in seconds.</summary>
internal static class ScenarioSettings
{
    public static ClusterSpec Apply(ClusterSpec spec, string[] settings)
    {
        foreach (var setting in settings)
        {
            spec = Apply(spec, setting.Split('=') is [var name, var value] ? (name, value) : (setting, "true"));
        }

        return spec;
    }

    private static ClusterSpec Apply(ClusterSpec spec, (string Name, string Value) setting) => setting.Name switch
    {
        "failInterval" => spec with { FailInterval = Seconds(setting.Value) },
        "initTimeout" => spec with { InitTimeout = Seconds(setting.Value) },
        "synchronousReplication" => spec with { SynchronousReplication = bool.Parse(setting.Value) },
        "minSynchronousStandbys" => spec with { MinSynchronousStandbys = Short(setting.Value) },
        "maxSynchronousStandbys" => spec with { MaxSynchronousStandbys = Short(setting.Value) },
        "maxStandbysPerSender" => spec with { MaxStandbysPerSender = Short(setting.Value) },
        "maxStandbyLag" => spec with { MaxStandbyLagBytes = uint.Parse(setting.Value, CultureInfo.InvariantCulture) },
        "existing" => spec with
        {
            InitMode = ClusterInitMode.Existing,
            ExistingConfig = new ExistingConfig { KeeperUid = setting.Value },
        },
        "restored" => spec with
        {
            InitMode = ClusterInitMode.PointInTimeRecovery,
            PointInTimeConfig = new PointInTimeConfig { DataRestoreCommand = "restore %d" },
        },
        "follows" => spec with
        {
            Role = ClusterRole.Standby,
            StandbyConfig = new StandbyConfig
            {
                Standby = new StandbySettings { PrimaryConnInfo = $"host={setting.Value}" },
            },
        },
        "role" => spec with { Role = Enum.Parse<ClusterRole>(setting.Value, ignoreCase: true) },
        _ => throw new FormatException($"no such setting: {setting.Name}"),
    };

    private static TimeSpan Seconds(string text) =>
        TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));

    private static ushort Short(string text) => ushort.Parse(text, CultureInfo.InvariantCulture);
}

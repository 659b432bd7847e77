using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Ctl.Discovery;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;
using Stolon.Hosting.Stores;
using Stolon.Store;
using Stolon.Store.Consul;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl register</c>: the cluster's instances as services in Consul (docs/spec/stolonctl.md
/// 9).</summary>
internal static class RegisterCommand
{
    private const string Backend = "register-backend";
    private const string Endpoints = "register-endpoints";
    private const string CertificateFile = "register-cert-file";
    private const string KeyFile = "register-key";
    private const string AuthoritiesFile = "register-ca-file";
    private const string SkipTlsVerification = "register-skip-tls-verify";
    private const string WithPrimary = "register-master";
    private const string PrimaryTags = "tag-master-as";
    private const string StandbyTags = "tag-slave-as";
    private const string Interval = "sleep-interval";

    public static ValueList<FlagDefinition> Flags { get; } =
    [
        FlagDefinition.Text(Backend, "consul", "register backend type (consul)"),
        FlagDefinition.Text(Endpoints, "http://127.0.0.1:8500", "endpoint of the register backend"),
        FlagDefinition.Text(CertificateFile, "", "client certificate for the register backend (PEM file)"),
        FlagDefinition.Text(KeyFile, "", "private key of the client certificate (PEM file)"),
        FlagDefinition.Text(AuthoritiesFile, "", "certificates to trust for the register backend (PEM file)"),
        FlagDefinition.Switch(SkipTlsVerification, false, "do not verify the register backend's certificate"),
        FlagDefinition.Switch(WithPrimary, false, "register the primary as well"),
        FlagDefinition.Text(PrimaryTags, "master", "comma separated tags of the primary"),
        FlagDefinition.Text(StandbyTags, "slave", "comma separated tags of the standbys"),
        FlagDefinition.Number(Interval, 10, "seconds between two rounds"),
        FlagDefinition.Switch("debug", false, "log at level debug"),
    ];

    public static Task<int> RunAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var command = context.Command;
        if (command.Text(Backend) is not "consul" and var backend)
        {
            throw new FatalException($"unknown register backend: \"{backend}\"");
        }

        var options = Options(command);
        return LongRunningCommand.RunAsync(command, context.ProcessEnvironment, async (logs, stop) =>
        {
            var logger = logs.CreateLogger(typeof(Registrar).FullName!);
            using var registry = Registry(command, context.Time, logger);
            await new Registrar(context.Store, registry, options, context.Time, logger).RunAsync(stop);
        });
    }

    private static DiscoveryOptions Options(ParsedCommand command) => new()
    {
        ServiceName = CommonOptions.Read(command).ClusterName,
        WithPrimary = command.Switch(WithPrimary),
        PrimaryTags = Tags(command.Text(PrimaryTags)),
        StandbyTags = Tags(command.Text(StandbyTags)),
        Interval = command.Number(Interval) is > 0 and <= int.MaxValue and var seconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new FatalException($"--{Interval} must be a number of seconds of at least 1"),
    };

    private static ValueList<string> Tags(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries).ToValueList();

    private static ConsulRegistry Registry(ParsedCommand command, TimeProvider time, ILogger logger)
    {
        try
        {
            var endpoints = StoreEndpoints.Parse(command.Text(Endpoints), StoreEndpoints.ConsulDefault);
            var options = new ConsulOptions
            {
                Endpoints = endpoints,
                RequestTimeout = CommonOptions.Read(command).Timeout,
                Tls = endpoints.Tls ? Tls(command) : null,
            };
            return new ConsulRegistry(ConsulEnvironment.Read(command.Variable, logger).Apply(options), time);
        }
        catch (StoreOptionsException e)
        {
            throw new FatalException(e.Message, e);
        }
    }

    private static StoreTls Tls(ParsedCommand command) => StoreTls.Load(new StoreTlsOptions
    {
        CaFile = Given(command, AuthoritiesFile),
        CertFile = Given(command, CertificateFile),
        KeyFile = Given(command, KeyFile),
        SkipVerify = command.Switch(SkipTlsVerification),
    });

    private static string? Given(ParsedCommand command, string flag) =>
        command.Text(flag) is { Length: > 0 } value ? value : null;
}

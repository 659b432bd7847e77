using Stolon.Core.Common;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl register</c>: Consul service discovery (stolonctl.md 9), whose flags are known but which is
/// not
/// built yet.</summary>
internal static class RegisterCommand
{
    public static ValueList<FlagDefinition> Flags { get; } =
    [
        FlagDefinition.Text("register-backend", "consul", "register backend type (consul)"),
        FlagDefinition.Text("register-endpoints", "http://127.0.0.1:8500", "endpoint of the register backend"),
        FlagDefinition.Text("register-cert-file", "", "client certificate for the register backend (PEM file)"),
        FlagDefinition.Text("register-key", "", "private key of the client certificate (PEM file)"),
        FlagDefinition.Text("register-ca-file", "", "certificates to trust for the register backend (PEM file)"),
        FlagDefinition.Switch("register-skip-tls-verify", false, "do not verify the register backend's certificate"),
        FlagDefinition.Switch("register-master", false, "register the primary as well"),
        FlagDefinition.Text("tag-master-as", "master", "comma separated tags of the primary"),
        FlagDefinition.Text("tag-slave-as", "slave", "comma separated tags of the standbys"),
        FlagDefinition.Number("sleep-interval", 10, "seconds between two rounds"),
        FlagDefinition.Switch("debug", false, "log at level debug"),
    ];

    public static Task<int> RunAsync(CtlContext context, CancellationToken cancellationToken) =>
        throw new FatalException("stolonctl register is not built yet in this version");
}

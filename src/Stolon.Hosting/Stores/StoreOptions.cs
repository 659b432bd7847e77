using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Hosting.Options;
using Stolon.Store;

namespace Stolon.Hosting.Stores;

/// <summary>What several backends need of the common options.</summary>
internal static class StoreOptions
{
    /// <summary>Reads the certificates; null when the endpoints are without TLS.</summary>
    /// <exception cref="StoreOptionsException">A file cannot be read or is not what it should be.</exception>
    public static StoreTls? Tls(CommonOptions options, StoreEndpoints endpoints) => !endpoints.Tls ? null
        : StoreTls.Load(new StoreTlsOptions
        {
            CaFile = options.AuthoritiesFile,
            CertFile = options.CertificateFile,
            KeyFile = options.KeyFile,
            SkipVerify = options.SkipTlsVerification,
        });

    /// <summary>Who logs in; null = nobody.</summary>
    /// <exception cref="FatalException">The password file cannot be read, or is empty.</exception>
    public static StoreLogin? Login(CommonOptions options, ILogger logger) =>
        options.User is { } user ? new StoreLogin(user, Password(options, logger)) : null;

    private static Secret Password(CommonOptions options, ILogger logger)
    {
        if (options.PasswordFile is not { } path)
        {
            return options.Password!;
        }

        var file = SecretFile.Read(path);
        if (file.TooOpen)
        {
            HostingLog.TooOpen(logger, path, file.ModeText);
        }

        return file.Secret.Length > 0
            ? new Secret(file.Secret)
            : throw new FatalException($"password file {path} is empty");
    }
}

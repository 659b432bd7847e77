using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Hosting.Options;
using Stolon.Store;

namespace Stolon.Hosting.Stores;

/// <summary>Reads common options that several backends need.</summary>
internal static class StoreOptions
{
    /// <summary>Reads the certificates; null: the endpoints do not use TLS.</summary>
    /// <exception cref="StoreOptionsException">A file cannot be read, or its content is invalid.</exception>
    public static StoreTls? Tls(CommonOptions options, StoreEndpoints endpoints) => !endpoints.Tls ? null
        : StoreTls.Load(new StoreTlsOptions
        {
            CaFile = options.AuthoritiesFile,
            CertFile = options.CertificateFile,
            KeyFile = options.KeyFile,
            SkipVerify = options.SkipTlsVerification,
        });

    /// <summary>The user and password; null: no login.</summary>
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

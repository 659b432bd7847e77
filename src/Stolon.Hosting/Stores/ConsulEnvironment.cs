using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Store;
using Stolon.Store.Consul;

namespace Stolon.Hosting.Stores;

/// <summary>The credentials for Consul, from the variables that Consul's own clients read (docs/spec/store.md
/// 2).</summary>
public sealed record ConsulEnvironment
{
    private const string TokenVariable = "CONSUL_HTTP_TOKEN";
    private const string TokenFileVariable = "CONSUL_HTTP_TOKEN_FILE";
    private const string LoginVariable = "CONSUL_HTTP_AUTH";
    private const string NamespaceVariable = "CONSUL_NAMESPACE";

    private ConsulEnvironment()
    {
    }

    /// <inheritdoc cref="ConsulOptions.Token"/>
    public Secret? Token { get; private init; }

    /// <inheritdoc cref="ConsulOptions.Login"/>
    public StoreLogin? Login { get; private init; }

    /// <inheritdoc cref="ConsulOptions.Namespace"/>
    public string? Namespace { get; private init; }

    /// <summary>Reads the variables once; a token file that changes later is read at the next start.</summary>
    /// <param name="variable">Returns the value of a variable, or null.</param>
    /// <exception cref="FatalException">The token file cannot be read, or the token cannot be sent.</exception>
    public static ConsulEnvironment Read(Func<string, string?> variable, ILogger logger) => new()
    {
        Token = ReadToken(variable, logger),
        Login = Given(variable, LoginVariable) is { } login ? ReadLogin(login) : null,
        Namespace = Given(variable, NamespaceVariable),
    };

    public ConsulOptions Apply(ConsulOptions options) =>
        options with { Token = Token, Login = Login, Namespace = Namespace };

    /// <summary>The file takes precedence over the variable, as for Consul's own clients.</summary>
    private static Secret? ReadToken(Func<string, string?> variable, ILogger logger)
    {
        var file = Given(variable, TokenFileVariable);
        var fromFile = file is null ? null : ReadFile(file, logger);
        return (fromFile ?? Given(variable, TokenVariable)) switch
        {
            null => null,
            var token when token.All(c => c is > ' ' and <= '~') => new Secret(token),
            _ => throw new FatalException(
                $"the token in {(fromFile is null ? TokenVariable : file)} has characters that cannot be sent"),
        };
    }

    private static string? ReadFile(string path, ILogger logger)
    {
        try
        {
            var file = SecretFile.Read(path);
            if (file.TooOpen)
            {
                HostingLog.TooOpen(logger, path, file.ModeText);
            }

            return file.Secret.Trim() is { Length: > 0 } token ? token : null;
        }
        catch (FatalException e)
        {
            throw new FatalException($"{TokenFileVariable}: {e.Message}", e);
        }
    }

    private static StoreLogin ReadLogin(string text)
    {
        var parts = text.Split(':', 2);
        return new StoreLogin(parts[0], new Secret(parts.Length > 1 ? parts[1] : ""));
    }

    private static string? Given(Func<string, string?> variable, string name) =>
        variable(name) is { Length: > 0 } value ? value : null;
}

using Microsoft.Extensions.Logging;
using Npgsql;
using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Sql;

/// <summary>One of the two internal users as it logs in now. While its password is being changed, the one in use and
/// the one in the password file are both tried: the one that the server accepts is used from then on.</summary>
/// <param name="fromFile">Reads the password file; null: there is none, or it has no usable password.</param>
internal sealed class CurrentLogin(Login given, Func<Secret?>? fromFile, ILogger logger)
{
    private readonly Lock _gate = new();
    private Login _now = given;
    private Secret? _former;

    public Login Now
    {
        get
        {
            lock (_gate)
            {
                return _now;
            }
        }
    }

    /// <summary>Whether the server has refused the password, not the user.</summary>
    public static bool IsRefusal(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword };

    /// <summary>Runs the work with the current login and, if its password is refused, again with the other
    /// password.</summary>
    public async Task<T> TryAsync<T>(Func<Login, Task<T>> work)
    {
        var login = Now;
        try
        {
            return await work(login);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            foreach (var other in Others(login))
            {
                try
                {
                    var result = await work(other);
                    Prove(other);
                    return result;
                }
                catch (Exception again) when (IsRefusal(again))
                {
                    // The operator needs the first failure.
                }
            }

            throw;
        }
    }

    private List<Login> Others(Login refused)
    {
        lock (_gate)
        {
            return ((Secret?[])[_now.Password, fromFile?.Invoke(), _former])
                .OfType<Secret>()
                .Where(p => p != refused.Password)
                .Distinct()
                .Select(p => refused with { Password = p })
                .ToList();
        }
    }

    private void Prove(Login login)
    {
        lock (_gate)
        {
            if (_now.Password == login.Password)
            {
                return;
            }

            (_former, _now) = (_now.Password, login);
        }

        PostgresLog.PasswordChanged(logger, login.Name);
    }
}

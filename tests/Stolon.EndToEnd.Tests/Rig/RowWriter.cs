using System.Diagnostics;
using Npgsql;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>An application: writes row after row through the proxy, connects again after every error, and remembers
/// what was acknowledged by whom. A row whose answer was lost is never sent again, so it may be there or not.</summary>
public sealed class RowWriter : IAsyncDisposable
{
    private static readonly TimeSpan BetweenRows = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(50);
    private static long _nextSeries;

    private readonly int _proxyPort;
    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _gate = new();
    private readonly List<AcknowledgedRow> _rows = [];
    private readonly Task _running;
    private int _failures;

    private RowWriter(int proxyPort)
    {
        _proxyPort = proxyPort;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Starts one, and waits for its first acknowledged row.</summary>
    public static async Task<RowWriter> StartAsync(int proxyPort)
    {
        var writer = new RowWriter(proxyPort);
        await writer.ProceedsAsync(TimeSpan.FromSeconds(20));
        return writer;
    }

    /// <summary>Connections and writes that failed so far.</summary>
    public int Failures => Volatile.Read(ref _failures);

    public IReadOnlyList<AcknowledgedRow> Acknowledged
    {
        get
        {
            lock (_gate)
            {
                return [.. _rows];
            }
        }
    }

    /// <summary>The longest time without an acknowledged row, the one that lasts now included.</summary>
    public TimeSpan LongestGap
    {
        get
        {
            var moments = Acknowledged.Select(r => r.At).Prepend(TimeSpan.Zero).Append(_clock.Elapsed).ToList();
            return moments.Zip(moments.Skip(1), (a, b) => b - a).Max();
        }
    }

    /// <summary>Waits for a row acknowledged from now on.</summary>
    public Task ProceedsAsync(TimeSpan within)
    {
        var now = _clock.Elapsed;
        return Eventually.BeTrueAsync(
            () => Acknowledged.Any(r => r.At > now), within, "rows are written through the proxy");
    }

    /// <summary>Waits for a row acknowledged by the PostgreSQL at this port.</summary>
    public Task ReachesAsync(int port, TimeSpan within) => Eventually.BeTrueAsync(
        () => Acknowledged.Any(r => r.ByPort == port), within, $"PostgreSQL at port {port} acknowledges rows");

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        // Writers of one cluster must not meet in the primary key.
        var id = Interlocked.Increment(ref _nextSeries) * 1_000_000;
        NpgsqlConnection? connection = null;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                connection ??= await Sql.ConnectAsync(_proxyPort, Sql.Application);
                id++;
                await using var insert = new NpgsqlCommand(
                    $"insert into rows (id) values ({id}) returning inet_server_port()", connection);
                var port = (int)(await insert.ExecuteScalarAsync())!;
                lock (_gate)
                {
                    _rows.Add(new AcknowledgedRow(id, port, _clock.Elapsed));
                }

                await Task.Delay(BetweenRows);
            }
            catch (NpgsqlException)
            {
                Interlocked.Increment(ref _failures);
                await DropAsync(connection);
                connection = null;
                await Task.Delay(AfterFailure);
            }
        }

        await DropAsync(connection);
    }

    private static async Task DropAsync(NpgsqlConnection? connection)
    {
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }
}

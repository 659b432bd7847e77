using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.Sqlite;
using Stolon.Testing;

namespace Stolon.Store.Tests.Sqlite;

/// <summary>Another process that uses a store's file; it reports on standard output.</summary>
internal static class SqliteChild
{
    public const string Command = "sqlite-child";
    public const string Key = "child/key";
    public const int Additions = 25;
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(2);

    public static ServerProcess Start(string task, string file) =>
        ServerProcess.Start(Environment.ProcessPath!, Command, task, file);

    public static async Task<int> RunAsync(string task, string file)
    {
        using var store = SharedSqlite.Store(file, TimeSpan.FromSeconds(20));
        try
        {
            await (task switch
            {
                nameof(AddAsync) => AddAsync(store),
                nameof(WriteAsync) => WriteAsync(store),
                nameof(HoldAsync) => HoldAsync(file),
                nameof(LeadAsync) => LeadAsync(store),
                nameof(PutAsync) => PutAsync(store),
                _ => throw new ArgumentException(task, nameof(task)),
            });
        }
        catch (StoreUnavailableException e)
        {
            Console.WriteLine(e.Message);
        }

        return 0;
    }

    /// <summary>Increments a number repeatedly, each time only if no other process wrote.</summary>
    public static async Task AddAsync(SqliteKeyValueStore store)
    {
        for (var done = 0; done < Additions;)
        {
            var entry = await store.GetAsync(Key, default);
            var next = entry is null ? 1 : Number(entry.Value) + 1;
            if (await store.SwapAsync(Key, Bytes(next), entry?.Revision, null, default) is SwapResult.Stored)
            {
                done++;
            }
        }
    }

    /// <summary>Writes values of many pages in an endless loop, each filled with one number; reports each acknowledged
    /// one.</summary>
    public static async Task WriteAsync(SqliteKeyValueStore store)
    {
        for (var i = 1; ; i++)
        {
            var text = string.Join(' ', Enumerable.Repeat(i.ToString(CultureInfo.InvariantCulture), 20_000));
            await store.PutAsync(Key, Encoding.UTF8.GetBytes(text), null, default);
            Console.WriteLine(i);
        }
    }

    /// <summary>Begins a write, and continues on request.</summary>
    public static async Task HoldAsync(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "begin immediate; update entries set value = x'00'";
        command.ExecuteNonQuery();
        Console.WriteLine("holds");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Leads, and tries to write as leader after its end.</summary>
    public static async Task LeadAsync(SqliteKeyValueStore store)
    {
        var election = new LeaseElection(store, "office", Life, TimeProvider.System, NullLogger.Instance);
        var leadership = await election.CampaignAsync("child", default);
        Console.WriteLine("leads");
        await leadership.Lost;
        Console.WriteLine($"held: {leadership.Held}");
        Console.WriteLine((await store.SwapAsync(Key, Bytes(1), null, leadership.Fence, default)).GetType().Name);
    }

    public static async Task PutAsync(SqliteKeyValueStore store)
    {
        await store.PutAsync(Key, Bytes(1), null, default);
        Console.WriteLine("put");
    }

    public static int Number(ReadOnlyMemory<byte> value) =>
        int.Parse(Encoding.UTF8.GetString(value.Span), CultureInfo.InvariantCulture);

    private static byte[] Bytes(int number) =>
        Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}

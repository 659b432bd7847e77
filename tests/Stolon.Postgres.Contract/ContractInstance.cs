using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Postgres.Contract;

/// <summary>One PostgreSQL under the contract. Its data directory is empty at first.</summary>
public sealed class ContractInstance
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public required IPostgres Postgres { get; init; }

    public required ServerAddress Address { get; init; }

    public InstanceUid Uid { get; } = new("self");

    /// <summary>The clock of the implementation: a simulated one waits in virtual time.</summary>
    public required TimeProvider Time { get; init; }

    public required ServerConfiguration Primary { get; init; }

    /// <summary>Of a standby that follows that server through the slot of <see cref="Uid"/>.</summary>
    public required Func<ServerAddress, ServerConfiguration> Following { get; init; }

    /// <summary>Makes data with the roles set up. Null: by initdb, which the contract then runs itself.</summary>
    public Func<Task>? CopyData { get; init; }

    public string Slot => ReplicationSlotName.Of(Uid);

    private static CancellationToken Token => CancellationToken.None;

    /// <summary>For an implementation that does not interpret most parameters.</summary>
    public static ServerConfiguration PlainPrimary { get; } = new()
    {
        Parameters = ValueMap<string, string>.Empty.With("synchronous_standby_names", ""),
        Hba = ["host all all 0.0.0.0/0 trust"],
    };

    /// <inheritdoc cref="PlainPrimary"/>
    public ServerConfiguration PlainFollowing(ServerAddress source) => PlainPrimary with
    {
        Recovery = RecoveryMode.Standby,
        RecoveryParameters = RecoveryParameters.For(
            RecoveryParameters.Following(ConnectionInfo.ForReplication(source, "repl", null, Uid), Uid), null, null),
    };

    public Task<PostgresObservation> InspectAsync() => Postgres.InspectAsync(Token);

    public async Task<DataDirectoryObservation> DataAsync()
    {
        var observation = await InspectAsync();
        Assert.NotNull(observation.Data);
        return observation.Data;
    }

    public async Task<ServerAnswers> AnswersAsync()
    {
        var observation = await InspectAsync();
        Assert.NotNull(observation.Server?.Answers);
        return observation.Server.Answers;
    }

    /// <summary>Stopped, with data of a primary.</summary>
    public async Task InitializeAsync()
    {
        if (CopyData is not null)
        {
            await CopyData();
            return;
        }

        await Postgres.InitDbAsync(new NewConfig(), Token);
        await StartAsync(Primary);
        await Postgres.SetUpRolesAsync(Token);
        await Postgres.StopAsync(Token);
    }

    public async Task StartAsync(ServerConfiguration configuration)
    {
        await Postgres.StartAsync(configuration, temporary: false, Token);
        await Postgres.AwaitReadyAsync(Limit, Token);
    }

    /// <summary>Running, as a primary.</summary>
    public async Task RunPrimaryAsync()
    {
        await InitializeAsync();
        await StartAsync(Primary);
    }

    /// <summary>Running, as a standby cloned from that primary, which runs.</summary>
    public async Task RunStandbyAsync(ContractInstance primary)
    {
        await primary.Postgres.CreateSlotAsync(Slot, Token);
        await Postgres.CloneAsync(primary.Address, Uid, Slot, Token);
        await StartAsync(Following(primary.Address));
    }

    /// <summary>Reads until the condition holds.</summary>
    public async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> condition, string because)
    {
        var started = Time.GetTimestamp();
        while (true)
        {
            var value = await read();
            if (condition(value))
            {
                return value;
            }

            Assert.True(Time.GetElapsedTime(started) < Limit, $"{because}: {value}");
            await Task.Delay(Poll, Time, Token);
        }
    }

    /// <summary>The step must fail as a program or query fails.</summary>
    /// <remarks>Not Assert.ThrowsAsync: it would leave the thread of a simulation.</remarks>
    public static async Task RefusesAsync(Func<Task> step, string because)
    {
        try
        {
            await step();
        }
        catch (PostgresToolException)
        {
            return;
        }

        Assert.Fail($"no refusal: {because}");
    }
}

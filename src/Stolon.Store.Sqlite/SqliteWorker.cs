using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Sqlite;

/// <summary>One connection to the file and the thread that uses it. SQLite's calls block for as long as a disk or
/// another process takes, and must not block the agents' loops.</summary>
internal sealed class SqliteWorker : IDisposable
{
    /// <summary>Maximum number of requests that wait behind a blocked one; more are refused at once.</summary>
    private const int MaxQueued = 100;

    private readonly SqliteOptions _options;
    private readonly SqliteIdentity _identity;
    private readonly SqliteClock _clock;
    private readonly TimeProvider _time;
    // Never disposed, because a blocked thread may return to it.
    private readonly BlockingCollection<Task> _queue = new(MaxQueued);
    private readonly Thread _thread;
    private SqliteSession? _session;
    private int _sessions;

    public SqliteWorker(
        string name, SqliteOptions options, SqliteIdentity identity, SqliteClock clock, TimeProvider time)
    {
        _options = options;
        _identity = identity;
        _clock = clock;
        _time = time;
        _thread = new Thread(Serve) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Runs the step on the worker's thread, after earlier ones.</summary>
    /// <param name="writes">True if the step is a <see cref="SqliteSession.Write"/>.</param>
    /// <exception cref="StoreUnavailableException">It failed or timed out. For a write, the text states whether it may
    /// have happened.</exception>
    public async Task<T> RunAsync<T>(
        Func<SqliteSession, SqliteRequest, T> step, bool writes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new SqliteRequest(_time, _options.RequestTimeout, writes);
        // Asynchronously, because the callers' code must not run on this thread.
        var work = new Task<T>(
            () => Perform(step, request), CancellationToken.None, TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_queue.TryAdd(work, 0, CancellationToken.None))
        {
            throw TimedOut(SqlitePhase.Queued, request);
        }

        try
        {
            return await work.WaitAsync(request.Limit, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw TimedOut(request.Abandon(), request);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            request.Abandon();
            throw;
        }
    }

    /// <summary>Ends the thread after its pending requests; a blocked one remains until the end of the
    /// program.</summary>
    public void Dispose()
    {
        if (_queue.IsAddingCompleted)
        {
            return;
        }

        _queue.CompleteAdding();
        _thread.Join(_options.RequestTimeout);
    }

    private void Serve()
    {
        foreach (var work in _queue.GetConsumingEnumerable())
        {
            // The task keeps an exception for the caller.
            work.RunSynchronously(TaskScheduler.Default);
        }

        _session?.Dispose();
    }

    private T Perform<T>(Func<SqliteSession, SqliteRequest, T> step, SqliteRequest request)
    {
        request.Advance(SqlitePhase.Opening);
        try
        {
            _session ??= SqliteSession.Open(_options.File, ++_sessions, _identity, _clock, request);
            _session.CheckNotMoved();
            return step(_session, request);
        }
        catch (SqliteException e)
        {
            // Whatever is wrong, the next request opens and checks the file again.
            _session?.Dispose();
            _session = null;
            throw SqliteErrors.Unavailable(_options.File, e, request.Writes ? StoreFailure.NothingWritten : "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // From checking the file and its directory, before it is opened.
            throw new StoreUnavailableException($"sqlite {_options.File}: {e.Message}", e);
        }
    }

    private StoreUnavailableException TimedOut(SqlitePhase phase, SqliteRequest request) => SqliteErrors.TimedOut(
        _options.File, phase, Volatile.Read(ref _session) is { FoundLocked: true }, request);
}

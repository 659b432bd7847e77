using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Complains about the operator's commands: about one that runs for too long, while it runs; and about one
/// that the keeper had to end, for half an hour, because it does not run any more but is still broken.</summary>
internal sealed class CommandComplaints(ActiveComplaints complaints, TimeProvider time)
{
    private static readonly TimeSpan EndedCommandKeptFor = TimeSpan.FromMinutes(30);

    private (string Text, long At)? _ended;

    /// <summary>The keeper had to end a command.</summary>
    public void Ended(string text) => _ended = (text, time.GetTimestamp());

    /// <summary>The operator's command is restoring a backup.</summary>
    public void Restoring(string command, TimeSpan age)
    {
        if (age > OperatorCommand.LongRestoreAfter)
        {
            complaints.Add(
                ComplaintSubject.Command,
                $"dataRestoreCommand ({OperatorCommand.ProgramOf(command)}) has been running for "
                + $"{(long)age.TotalSeconds} s, and this instance waits for it without a time limit: if it hangs, "
                + "end it, and the keeper starts it again");
        }
    }

    /// <param name="command">What the server waits for now; null: nothing.</param>
    public void Update(OperatorCommand? command)
    {
        if (_ended is { } ended && time.GetElapsedTime(ended.At) > EndedCommandKeptFor)
        {
            _ended = null;
        }

        complaints.Set(
            ComplaintSubject.Command,
            command is { } running && running.Age > OperatorCommand.LongRunningAfter
                ? $"PostgreSQL waits for {running}: give it a time limit, for example with timeout(1)"
                : _ended?.Text);
    }
}

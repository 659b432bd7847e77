using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Complains of the operator's own commands: of one that runs for long, for as long as it does; of one that
/// had to be ended, for a while, for it is as broken as before and nobody runs it now.</summary>
internal sealed class CommandComplaints(ActiveComplaints complaints, TimeProvider time)
{
    private static readonly TimeSpan EndedCommandKeptFor = TimeSpan.FromMinutes(30);

    private (string Text, long At)? _ended;

    /// <summary>One was ended.</summary>
    public void Ended(string text) => _ended = (text, time.GetTimestamp());

    /// <summary>A backup is being restored by the operator's command.</summary>
    public void Restoring(string command, TimeSpan age)
    {
        if (age > OperatorCommand.LongRestoreAfter)
        {
            complaints.Add(
                ComplaintSubject.Command,
                $"dataRestoreCommand ({OperatorCommand.ProgramOf(command)}) has been running for "
                + $"{(long)age.TotalSeconds} s, and this instance waits for it without a limit of time: if it hangs, "
                + "end it, and it is begun anew");
        }
    }

    /// <param name="command">What the server waits for now; null: nothing.</param>
    public void Saw(OperatorCommand? command)
    {
        if (_ended is { } ended && time.GetElapsedTime(ended.At) > EndedCommandKeptFor)
        {
            _ended = null;
        }

        complaints.Set(
            ComplaintSubject.Command,
            command is { } running && running.Age > OperatorCommand.LongRunningAfter
                ? $"PostgreSQL waits for {running}: give it a limit of time, as with timeout(1)"
                : _ended?.Text);
    }
}

using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>What this keeper finds wrong now: for its report and, again and again while it lasts, for its
/// log.</summary>
internal sealed class ActiveComplaints(TimeProvider time, Wake publish, ILogger logger)
{
    /// <summary>Often enough for whoever looks at the end of a log, seldom enough not to fill it.</summary>
    private static readonly TimeSpan RepeatedEvery = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly SortedDictionary<ComplaintSubject, Entry> _entries = [];

    /// <summary>By subject.</summary>
    public ValueList<Complaint> Now
    {
        get
        {
            lock (_lock)
            {
                return _entries.Values.Select(e => e.Complaint).ToValueList();
            }
        }
    }

    /// <summary>This is wrong, now. Another complaint about the subject is replaced; the same one goes on, with the
    /// newest numbers, which are no news.</summary>
    /// <param name="logged">Its beginning stands in the log already.</param>
    /// <param name="refusal"><inheritdoc cref="Complaint.Refusal" path="/summary"/></param>
    public void Add(ComplaintSubject subject, string text, bool logged = false, bool refusal = false)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(subject, out var known) && known.Complaint.Refusal == refusal
                && MessageComparison.EqualIgnoringNumbers(known.Complaint.Text, text))
            {
                Repeat(subject, known with { Complaint = known.Complaint with { Text = text } });
                return;
            }

            _entries[subject] = new Entry(
                new Complaint(subject, text, new WallTime(time.GetUtcNow())) { Refusal = refusal },
                time.GetTimestamp());
        }

        KeeperGauges.Complains(subject, true);
        if (!logged)
        {
            KeeperLog.Complaining(logger, text);
        }

        publish.Signal();
    }

    /// <summary>Nothing is wrong about the subject.</summary>
    public void Settle(ComplaintSubject subject) => SettleWhere(c => c.Subject == subject);

    /// <summary>This is not wrong any more; what another has complained of about the subject stays.</summary>
    public void Withdraw(ComplaintSubject subject, string text) =>
        SettleWhere(c => c.Subject == subject && MessageComparison.EqualIgnoringNumbers(c.Text, text));

    /// <summary>The keeper goes on with what is assigned to it.</summary>
    public void SettleRefusals() => SettleWhere(c => c.Refusal);

    private void SettleWhere(Predicate<Complaint> isRight)
    {
        List<ComplaintSubject> settled;
        lock (_lock)
        {
            settled = _entries.Where(e => isRight(e.Value.Complaint)).Select(e => e.Key).ToList();
            settled.ForEach(s => _entries.Remove(s));
        }

        foreach (var subject in settled)
        {
            KeeperGauges.Complains(subject, false);
            publish.Signal();
        }
    }

    /// <summary>Raises what there is to complain of, or settles the subject.</summary>
    /// <param name="text">Null: nothing is wrong.</param>
    public void Set(ComplaintSubject subject, string? text, bool logged = false, bool refusal = false)
    {
        if (text is null)
        {
            Settle(subject);
        }
        else
        {
            Add(subject, text, logged, refusal);
        }
    }

    private void Repeat(ComplaintSubject subject, Entry known)
    {
        _entries[subject] = known;
        if (time.GetElapsedTime(known.ToldAt) >= RepeatedEvery)
        {
            _entries[subject] = known with { ToldAt = time.GetTimestamp() };
            KeeperLog.StillComplaining(logger, known.Complaint.Since, known.Complaint.Text);
        }
    }

    private sealed record Entry(Complaint Complaint, long ToldAt);
}

using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>The keeper's present complaints, at most one for each subject: for its report, and for its log, which
/// repeats them every five minutes while they last.</summary>
internal sealed class ActiveComplaints(TimeProvider time, Wake publish, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ComplaintSubject, Complaint> _complaints = [];
    private readonly LogOnce<ComplaintSubject, (string Text, bool Refusal)> _logged =
        new(time, LogOnce.RepeatInterval);

    /// <summary>Sorted by subject.</summary>
    public ValueList<Complaint> Now
    {
        get
        {
            lock (_lock)
            {
                return _complaints.Values.ToValueList();
            }
        }
    }

    /// <summary>Something is wrong now. It replaces another complaint about the subject. The same complaint with other
    /// numbers continues, with the new numbers.</summary>
    /// <param name="logged">The caller has logged that it began.</param>
    /// <param name="refusal"><inheritdoc cref="Complaint.Refusal" path="/summary"/></param>
    public void Add(ComplaintSubject subject, string text, bool logged = false, bool refusal = false)
    {
        lock (_lock)
        {
            var turn = _logged.Next(subject, (MessageComparison.WithoutNumbers(text), refusal));
            if (turn != LogTurn.First && _complaints.TryGetValue(subject, out var known))
            {
                _complaints[subject] = known with { Text = text };
                if (turn == LogTurn.Again)
                {
                    KeeperLog.StillComplaining(logger, known.Since, text);
                }

                return;
            }

            _complaints[subject] =
                new Complaint(subject, text, new WallTime(time.GetUtcNow())) { Refusal = refusal };
        }

        KeeperGauges.Complains(subject, true);
        if (!logged)
        {
            KeeperLog.Complaining(logger, text);
        }

        publish.Signal();
    }

    /// <summary>Nothing is wrong with the subject.</summary>
    public void Settle(ComplaintSubject subject) => SettleWhere(c => c.Subject == subject);

    /// <summary>Settles this complaint; another complaint about the subject stays.</summary>
    public void Withdraw(ComplaintSubject subject, string text) =>
        SettleWhere(c => c.Subject == subject && MessageComparison.EqualIgnoringNumbers(c.Text, text));

    /// <summary>The keeper carries out its assignment again.</summary>
    public void SettleRefusals() => SettleWhere(c => c.Refusal);

    /// <summary>Adds a complaint, or settles the subject.</summary>
    /// <param name="text">Null: nothing is wrong.</param>
    /// <param name="logged"><inheritdoc cref="Add" path="/param[@name='logged']"/></param>
    /// <param name="refusal"><inheritdoc cref="Complaint.Refusal" path="/summary"/></param>
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

    private void SettleWhere(Predicate<Complaint> settles)
    {
        List<ComplaintSubject> settled;
        lock (_lock)
        {
            settled = _complaints.Values.Where(c => settles(c)).Select(c => c.Subject).ToList();
            foreach (var subject in settled)
            {
                _complaints.Remove(subject);
                _logged.End(subject);
            }
        }

        foreach (var subject in settled)
        {
            KeeperGauges.Complains(subject, false);
            publish.Signal();
        }
    }
}

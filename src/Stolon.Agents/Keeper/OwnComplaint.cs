using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>One of several sources of complaints about a subject; it settles only its own.</summary>
internal sealed class OwnComplaint(ActiveComplaints complaints, ComplaintSubject subject)
{
    private string? _text;

    /// <param name="text">Null: this source finds nothing wrong.</param>
    /// <param name="logged">The caller has logged that it began.</param>
    /// <param name="refusal"><inheritdoc cref="Complaint.Refusal" path="/summary"/></param>
    public void Set(string? text, bool logged = false, bool refusal = false)
    {
        if (text is not null)
        {
            complaints.Add(subject, text, logged, refusal);
        }
        else if (_text is not null)
        {
            complaints.Withdraw(subject, _text);
        }

        _text = text;
    }
}

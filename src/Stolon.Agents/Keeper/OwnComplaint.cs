using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>One of several who complain about a subject: settles no complaint but its own.</summary>
internal sealed class OwnComplaint(ActiveComplaints complaints, ComplaintSubject subject)
{
    private string? _text;

    /// <param name="text">Null: nothing is wrong, as far as this one can tell.</param>
    /// <param name="logged">Its beginning stands in the log already.</param>
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

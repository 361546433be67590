using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>
/// Comparing all that is known with the kernel's sockets. The lists of them settle what has not moved meanwhile; the rest is looked
/// at one by one, in this turn of the loop and in later ones.
/// </content>
internal sealed partial class NamespaceLoop
{
    // How often connections are looked at again at once that change all the time. What is left is looked at in later turns.
    private const int LookRounds = 3;

    // A storm may tell more than can be heard. Then the comparison waits for a calmer moment.
    private const int MostHeardAtOnce = 1_000_000;

    /// <summary>Compares, and tells the differences. What is left is among the suspects.</summary>
    /// <param name="comparison">The comparison that is made.</param>
    /// <param name="overdue">Whether lists that a loss spoilt are better than none: what they show wrongly, a later comparison finds.</param>
    /// <returns>False when events were lost meanwhile, or there was no end of them.</returns>
    /// <exception cref="NetlinkTransportException">The kernel could not be asked.</exception>
    private bool Compare(Comparison comparison, bool overdue)
    {
        Note();
        List<SeenConnection> survey = Served.CanFindConnections ? ConnectionSurvey.Take(_diagnostics, _pathManager) : [];
        var whole = HearAll();
        if (!whole && !overdue)
            return false;
        EndNoting();
        TellLoss();
        var (now, before) = (_time.GetUtcNow(), _differences);
        var unsettled = _heard.ToDictionary(token => token, SuspectOf);
        var seen = new HashSet<uint>(survey.Count);
        foreach (var connection in survey)
        {
            seen.Add(connection.Token);
            // A connection without a subflow may be an orphan, or be on its way out of the kernel's tables; and a list can leave out
            // what changes while it is made.
            if (_heard.Contains(connection.Token) || connection is { Subflows.Length: 0, HasFallenBack: false }
                || Connections.FindMissing(connection).Count > 0)
            {
                unsettled[connection.Token] = SuspectOf(connection.Token) with { Subflows = [.. connection.Subflows.Select(EndsOf)] };
            }
            else
            {
                Connections.Reconcile(connection, comparison.Cause, now);
            }
        }

        comparison.Count(_differences - before);
        if (!whole)
            return false;

        // For the same reason it is asked for each whether these are gone.
        if (Served.CanFindConnections)
        {
            foreach (var token in Connections.All.Keys.Where(token => !seen.Contains(token)))
                unsettled.TryAdd(token, SuspectOf(token));
        }
        else
        {
            unsettled.Clear();
        }

        comparison.Begin(survey, unsettled.Count);
        return SettleAll([.. unsettled.Values]);

        Suspect SuspectOf(uint token) => new(token, []) { Comparison = comparison, Cause = comparison.Cause };
    }

    /// <summary>Looks at connections until nothing more is heard of them while they are looked at, a few times.</summary>
    /// <returns>False when events were lost meanwhile.</returns>
    /// <exception cref="NetlinkTransportException">The kernel could not be asked about one of them.</exception>
    private bool SettleAll(List<Suspect> suspects)
    {
        for (var round = 0; round < LookRounds && suspects.Count > 0; round++)
        {
            Note();
            if (!suspects.TrueForAll(LookAt))
            {
                _looked.Clear();
                throw new NetlinkTransportException("a connection could not be looked at");
            }

            if (!HearAll())
            {
                _looked.Clear();
                return false;
            }

            suspects = Conclude(_time.GetUtcNow());
        }

        Examine(suspects);
        return true;
    }

    /// <summary>Hears until nothing is queued.</summary>
    /// <returns>False when events were lost, or there is no end of them: then another comparison is due.</returns>
    private bool HearAll()
    {
        for (var heard = 0; heard < MostHeardAtOnce; heard += _received.Count)
        {
            switch (HearSome())
            {
                case EventReceipt.Drained: return true;
                case EventReceipt.Overflowed: return false;
            }
        }

        return false;
    }

    private static SubflowEnds EndsOf(SeenSubflow subflow) => new(subflow.Local, subflow.Remote, subflow.InterfaceIndex);
}

using System.Net;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Telemetry;

/// <summary>Every log message of the daemon. Event ids are never used again for anything else.</summary>
internal static partial class Log
{
    // 1 to 99: the life of the daemon.
    [LoggerMessage(1, LogLevel.Information, "READY on {Addresses}, serving the namespaces {Namespaces} (version {Version}, epoch {Epoch})")]
    public static partial void Ready(this ILogger logger, string addresses, string namespaces, string version, string epoch);

    [LoggerMessage(2, LogLevel.Information, "stopping")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(3, LogLevel.Critical, "the kernel loop has failed, and nothing can be known or decided without it; stopping")]
    public static partial void KernelLoopFailed(this ILogger logger, Exception? exception);

    [LoggerMessage(4, LogLevel.Information, "serving the network namespace {Namespace}")]
    public static partial void NamespaceAdded(this ILogger logger, string @namespace);

    [LoggerMessage(5, LogLevel.Information, "the network namespace {Namespace} is gone, or its name is")]
    public static partial void NamespaceRemoved(this ILogger logger, string @namespace);

    [LoggerMessage(6, LogLevel.Warning, "there is no network namespace {Namespace} yet; it will be served when it comes")]
    public static partial void NamespaceAwaited(this ILogger logger, string @namespace);

    [LoggerMessage(7, LogLevel.Error, "the network namespace {Namespace} cannot be served: {Problem}")]
    public static partial void NamespaceNotServed(this ILogger logger, string @namespace, string problem);

    [LoggerMessage(8, LogLevel.Information, "the network namespace {Namespace} is served as {Other} already")]
    public static partial void NamespaceServedAlready(this ILogger logger, string @namespace, string other);

    [LoggerMessage(9, LogLevel.Error, "the names of network namespaces in {Directory} cannot be watched: {Problem}")]
    public static partial void NamespacesUnknown(this ILogger logger, string directory, string problem);

    [LoggerMessage(10, LogLevel.Critical, "the surveyor of the kernel's sockets has failed, and what no event tells would go unnoticed; stopping")]
    public static partial void SurveyorFailed(this ILogger logger, Exception? exception);

    [LoggerMessage(11, LogLevel.Warning, "congestion.tuning is true, and subflows cannot be tuned: {Problem}")]
    public static partial void TuningUnavailable(this ILogger logger, string problem);

    // 30 to 59: the service manager, and what it lets the daemon do.
    [LoggerMessage(30, LogLevel.Warning, "the service manager cannot be reached, and is told nothing: {Problem}")]
    public static partial void SupervisorUnreachable(this ILogger logger, string problem);

    [LoggerMessage(31, LogLevel.Warning, "the service manager was not told {Line}: {Problem}")]
    public static partial void SupervisorNotTold(this ILogger logger, string line, string problem);

    [LoggerMessage(32, LogLevel.Warning, "the service manager kept a descriptor {Name} that is not what its name says; it is closed")]
    public static partial void StrangeDescriptor(this ILogger logger, string name);

    [LoggerMessage(33, LogLevel.Information, "the service manager kept a descriptor {Name} that nothing here is served with; it is closed")]
    public static partial void UnclaimedDescriptor(this ILogger logger, string name);

    [LoggerMessage(34, LogLevel.Warning, "the service manager keeps {Limit} descriptors only (FileDescriptorStoreMax=); joins may be refused while the daemon is replaced")]
    public static partial void DescriptorStoreFull(this ILogger logger, int limit);

    [LoggerMessage(35, LogLevel.Information, "asked to reload: there is nothing to reload")]
    public static partial void NothingToReload(this ILogger logger);

    [LoggerMessage(36, LogLevel.Error, "reloading failed, and what held before holds: {Problem}")]
    public static partial void ReloadFailed(this ILogger logger, string problem);

    [LoggerMessage(37, LogLevel.Error, "the kernel loop does not answer; the service manager is not told that all is well")]
    public static partial void KernelLoopSilent(this ILogger logger);

    [LoggerMessage(38, LogLevel.Information, "privileges: kept {Kept}; {Dropped}")]
    public static partial void PrivilegesSettled(this ILogger logger, string kept, string dropped);

    [LoggerMessage(39, LogLevel.Warning, "privileges: {Lacking}")]
    public static partial void PrivilegesLacking(this ILogger logger, string lacking);

    [LoggerMessage(40, LogLevel.Warning, "the service manager cannot be given {Name} to keep: {Problem}")]
    public static partial void DescriptorNotKept(this ILogger logger, string name, string problem);

    [LoggerMessage(41, LogLevel.Warning, "the service manager has not taken all that it is to keep; it is told the rest later")]
    public static partial void DescriptorStoreSlow(this ILogger logger);

    // 100 to 199: calls.
    [LoggerMessage(100, LogLevel.Error, "{Method} failed for a reason that nobody foresaw")]
    public static partial void CallFailed(this ILogger logger, string method, Exception exception);

    [LoggerMessage(101, LogLevel.Warning, "{Method}: the kernel could not be asked: {Problem}")]
    public static partial void KernelUnavailable(this ILogger logger, string method, string problem);

    // 200 to 299: what callers changed.
    [LoggerMessage(200, LogLevel.Information, "{Namespace}: net.mptcp.{Name} is now \"{Value}\"")]
    public static partial void SysctlSet(this ILogger logger, string @namespace, string name, string value);

    [LoggerMessage(201, LogLevel.Error, "{Namespace}: net.mptcp.{Name} could not be put back to \"{Value}\": {Problem}")]
    public static partial void SysctlNotPutBack(this ILogger logger, string @namespace, string name, string value, string problem);

    // 300 to 399: the kernel's events.
    [LoggerMessage(300, LogLevel.Information, "{Namespace}: receiving events into a buffer of {Bytes} bytes")]
    public static partial void EventsSubscribed(this ILogger logger, string @namespace, int bytes);

    [LoggerMessage(301, LogLevel.Warning, "{Namespace}: the kernel dropped events; comparing with its sockets")]
    public static partial void EventsLost(this ILogger logger, string @namespace);

    [LoggerMessage(302, LogLevel.Error, "{Namespace}: the kernel sent an event that makes no sense; taking it as lost")]
    public static partial void EventMalformed(this ILogger logger, string @namespace, Exception exception);

    [LoggerMessage(303, LogLevel.Warning, "{Namespace}: the socket of the connection 0x{Token:x8} could not be asked for: {Problem}")]
    public static partial void SocketUnknown(this ILogger logger, string @namespace, uint token, string problem);

    [LoggerMessage(304, LogLevel.Warning, "{Namespace}: the subflow from {Local} to {Remote} could not be asked for: {Problem}")]
    public static partial void SubflowUnknown(this ILogger logger, string @namespace, IPEndPoint local, IPEndPoint remote, string problem);

    [LoggerMessage(305, LogLevel.Information, "{Namespace}: compared with the kernel ({Cause}): {Connections} connections, {Differences} differences")]
    public static partial void Reconciled(this ILogger logger, string @namespace, StateEventCause cause, int connections, ulong differences);

    [LoggerMessage(306, LogLevel.Error, "{Namespace}: the kernel's sockets could not be read to compare with them: {Problem}; trying again")]
    public static partial void SurveyFailed(this ILogger logger, string @namespace, string problem);

    [LoggerMessage(307, LogLevel.Warning, "{Namespace}: starting without knowing what is in it: {Problem}; still trying")]
    public static partial void StartedWithout(this ILogger logger, string @namespace, string problem);

    [LoggerMessage(308, LogLevel.Warning,
        "{Namespace}: the kernel drops events whenever it is compared with; going on with what it told and its lists showed; still trying")]
    public static partial void GoingOnUnsure(this ILogger logger, string @namespace);

    [LoggerMessage(310, LogLevel.Information, "{Namespace}: going on with the event socket that the service manager kept: what happened meanwhile is there to be heard")]
    public static partial void EventsResumed(this ILogger logger, string @namespace);

    [LoggerMessage(320, LogLevel.Warning, "{Namespace}: the kernel dropped changes of network interfaces; listing them")]
    public static partial void InterfaceChangesLost(this ILogger logger, string @namespace);

    [LoggerMessage(321, LogLevel.Error, "{Namespace}: the network interfaces could not be listed: {Problem}; trying again")]
    public static partial void InterfacesUnknown(this ILogger logger, string @namespace, string problem);

    // 400 to 499: policies.
    [LoggerMessage(400, LogLevel.Information, "policies: {Kind}: the revision {Revision} holds ({Enforcement}, {Policies} policies), by {Author}")]
    public static partial void PoliciesChanged(
        this ILogger logger, PoliciesChangeKind kind, long revision, PolicyEnforcement enforcement, int policies, PolicyAuthor author);

    [LoggerMessage(401, LogLevel.Information, "policies: going on with the revision {Revision} ({Enforcement}), applied at {Applied} by {Author}")]
    public static partial void PoliciesResumed(
        this ILogger logger, long revision, PolicyEnforcement enforcement, DateTimeOffset applied, PolicyAuthor author);

    [LoggerMessage(402, LogLevel.Error, "policies: {Path} {Problem}; it is not used, and is now {Aside}")]
    public static partial void PoliciesUnreadable(this ILogger logger, string path, string problem, string aside);

    [LoggerMessage(403, LogLevel.Error, "policies: the newest copy in {Directory} was lost; going on with the one before it, revision {Revision}")]
    public static partial void PoliciesRecovered(this ILogger logger, string directory, long revision);

    [LoggerMessage(404, LogLevel.Error, "policies: no copy in {Directory} could be read; going on with no policies")]
    public static partial void PoliciesLost(this ILogger logger, string directory);

    [LoggerMessage(405, LogLevel.Error, "policies: the revision {Revision} is not understood, and no policies hold in its place: {Problem}")]
    public static partial void PoliciesNotUnderstood(this ILogger logger, long revision, string problem);

    [LoggerMessage(406, LogLevel.Error, "policies: the revision {Revision} was not confirmed in time and holds no more, but that could not be kept: {Problem}")]
    public static partial void RollBackNotKept(this ILogger logger, long revision, string problem);

    [LoggerMessage(407, LogLevel.Warning, "what was done by hand could not be kept over the daemon's end: {Problem}")]
    public static partial void HandNotesNotKept(this ILogger logger, string problem);

    [LoggerMessage(408, LogLevel.Warning, "what was done by hand is on record in words that are not understood: {Line}")]
    public static partial void HandNoteUnreadable(this ILogger logger, string line);

    // 420 to 439: endpoints that policies keep.
    [LoggerMessage(420, LogLevel.Information, "{Namespace}: the endpoint {Place} is made for the policy {Policy}: id {Id}, {Flags}")]
    public static partial void EndpointAdded(this ILogger logger, string @namespace, IPEndPoint place, byte id, EndpointFlags flags, string policy);

    [LoggerMessage(421, LogLevel.Information, "{Namespace}: the endpoint {Place} with the id {Id} is deleted, which a policy had made")]
    public static partial void EndpointDeleted(this ILogger logger, string @namespace, IPEndPoint place, byte id);

    [LoggerMessage(422, LogLevel.Information, "{Namespace}: the limits are set for the policy {Policy}: {Subflows} subflows, {Accepted} accepted addresses")]
    public static partial void EndpointLimitsSet(this ILogger logger, string @namespace, uint subflows, uint accepted, string policy);

    [LoggerMessage(423, LogLevel.Information, "{Namespace}: the limits are what they were before a policy set them: {Subflows} subflows, {Accepted} accepted addresses")]
    public static partial void EndpointLimitsRestored(this ILogger logger, string @namespace, uint subflows, uint accepted);

    [LoggerMessage(424, LogLevel.Warning, "{Namespace}: {Step} of {Place} failed: {Problem}; it is tried again as the policy says")]
    public static partial void EndpointRefused(this ILogger logger, string @namespace, EndpointStepKind step, IPEndPoint? place, string problem);

    [LoggerMessage(425, LogLevel.Error, "{Namespace}: the endpoints could not be compared with the policies: {Problem}; trying again")]
    public static partial void EndpointsNotKept(this ILogger logger, string @namespace, string problem);

    [LoggerMessage(426, LogLevel.Warning, "which endpoints policies made is on record in words that are not understood: {Line}")]
    public static partial void EndpointNoteUnreadable(this ILogger logger, string line);

    // 500 to 539: who may do what.
    [LoggerMessage(500, LogLevel.Information, "the configuration was read again{Waiting}")]
    public static partial void ConfigurationReloaded(this ILogger logger, string waiting);

    [LoggerMessage(501, LogLevel.Error, "the configuration is wrong, and what was read before holds on: {Problem}")]
    public static partial void ConfigurationRefused(this ILogger logger, string problem);

    // 530 to 539: limits.
    [LoggerMessage(530, LogLevel.Warning, "{Limit} is reached by {Caller}; as often unsaid since the last such line: {Untold}")]
    public static partial void LimitReached(this ILogger logger, string limit, string caller, long untold);

    [LoggerMessage(531, LogLevel.Warning, "no connection to {Address} can be accepted for now: {Problem}")]
    public static partial void NotAccepting(this ILogger logger, EndPoint address, string problem);

    // 540 to 549: the audit trail.
    [LoggerMessage(540, LogLevel.Error, "audit: entries cannot be written to {Where}, and are counted until they can: {Problem}")]
    public static partial void AuditNotWritten(this ILogger logger, string where, string problem);

    [LoggerMessage(541, LogLevel.Information, "audit: entries are written to {Where} again")]
    public static partial void AuditWrittenAgain(this ILogger logger, string where);

    [LoggerMessage(542, LogLevel.Error, "audit: what the entry {Sequence} was about cannot be written, and is left out")]
    public static partial void AuditEntryCut(this ILogger logger, ulong sequence, Exception exception);

    [LoggerMessage(543, LogLevel.Critical, "audit: the trail cannot go on")]
    public static partial void AuditFailed(this ILogger logger, Exception exception);

    [LoggerMessage(544, LogLevel.Error, "audit: the files of earlier runs cannot be read, and numbers begin anew: {Problem}")]
    public static partial void AuditUnreadable(this ILogger logger, string problem);

    // 600 to 619: certificates and handshakes.
    [LoggerMessage(600, LogLevel.Information, "the certificate is that of {Subject}, serial number {Serial}, valid until {End:yyyy-MM-dd'T'HH:mm:ss'Z'}; callers are known by {Authorities} authorities and {Lists} revocation lists")]
    public static partial void CertificatesLoaded(this ILogger logger, string subject, string serial, DateTimeOffset end, int authorities, int lists);

    [LoggerMessage(601, LogLevel.Error, "the files of certificates have changed and cannot be used, so that those from before stay in use: {Problem}")]
    public static partial void CertificatesBroken(this ILogger logger, string problem);

    [LoggerMessage(602, LogLevel.Warning, "the daemon's certificate will have expired at {End:yyyy-MM-dd'T'HH:mm:ss'Z'}: callers will not trust it then")]
    public static partial void CertificateExpiresSoon(this ILogger logger, DateTimeOffset end);

    [LoggerMessage(603, LogLevel.Error, "the daemon's certificate expired at {End:yyyy-MM-dd'T'HH:mm:ss'Z'}: callers do not trust it")]
    public static partial void CertificateExpired(this ILogger logger, DateTimeOffset end);

    [LoggerMessage(604, LogLevel.Warning, "the revocation list of {Issuer} should have been followed by another one at {End:yyyy-MM-dd'T'HH:mm:ss'Z'}; it is used all the same")]
    public static partial void RevocationListExpired(this ILogger logger, string issuer, DateTimeOffset end);

    [LoggerMessage(605, LogLevel.Warning, "a handshake with {Caller} was refused: {Problem}")]
    public static partial void HandshakeRefused(this ILogger logger, EndPoint? caller, string problem);

    [LoggerMessage(606, LogLevel.Warning, "{Count} more handshakes were refused within {Seconds} s, which are not told one by one")]
    public static partial void HandshakesRefused(this ILogger logger, long count, double seconds);

    // 620 to 629: tokens.
    [LoggerMessage(620, LogLevel.Information, "callers are known by tokens as well, which one of the {Keys} keys in {Path} has signed")]
    public static partial void TokenKeysLoaded(this ILogger logger, string path, int keys);

    [LoggerMessage(621, LogLevel.Error, "the keys of tokens have changed and cannot be used, so that those from before stay in use: {Problem}")]
    public static partial void TokenKeysBroken(this ILogger logger, string problem);
}

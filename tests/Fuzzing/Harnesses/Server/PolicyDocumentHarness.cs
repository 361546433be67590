using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>Policy documents: YAML that operators write.</summary>
internal sealed class PolicyDocumentHarness() : Harness("policy-documents")
{
    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "policies")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        .. Bytes(
            "{policies: [{name: a, match: {owner: {uids: 0-5, commands: [x]}}, retry: {initial: 1s, max: 5m, jitter: 0.5, final_errors: [EPERM, 5]}}]}",
            "roles:\n  - name: edge\n    scope: {namespaces: blue, remote_ports: [443, 1-2]}\n    limits: {commands_per_second: 1, subflows: 2}\n    uids: [1000]\n"),
    ];

    public override IReadOnlyList<byte[]> Words { get; } = Bytes(
    [
        .. DocumentKeys.Policy.Concat(DocumentKeys.Match).Concat(DocumentKeys.Announcement).Concat(DocumentKeys.Retry).Select(key => $"\n    {key}: "),
        "policies:\n  - ", "roles:\n  - ", "null", "~", "yes", "0x10", "1e9", ".inf", "10.0.0.0/8", "2001:db8::/32", "1-65535", "1h30m", "EPERM",
        "&a ", "*a", "!!str ", "!<x> ", "<<: ", "|\n", ">-\n", "\"\\u", "\"\\x", "'", "? ", "- ", "---\n", "...\n", "%YAML 1.2\n", "%TAG ! x\n",
        "#", "{", "}", "[", "]", ",", ": ", "\t", "\r", "\u2028", "\ufeff", "@", "`",
    ]);

    public override void Take(byte[] input)
    {
        var text = Text(input);
        try
        {
            var document = PolicyDocumentReader.Read(text);
            var written = PolicyDocumentWriter.Write(document);
            BrokenPromiseException.Unless(
                document.Equals(PolicyDocumentReader.Read(written)), $"what is written reads back as the same:\n{written}");
        }
        catch (PolicyDocumentException exception)
        {
            BrokenPromiseException.Unless(exception.Violations.Count > 0, "a document is refused for reasons");
        }
    }
}

using Mptcp.Native.Interop;
using static Mptcp.Native.Interop.GenericNetlinkHeaders;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.Netlink;

/// <summary>Asks the kernel which generic netlink families it has and what they take.</summary>
internal static class GenericNetlinkController
{
    /// <summary>Starts a request to a generic netlink family.</summary>
    public static RequestWriter Request(ushort family, byte command, byte version, ushort flags, string operation)
    {
        var request = new RequestWriter(family, flags, operation);
        var header = request.Structure(GENL_HDRLEN);
        header[0] = command;
        header[1] = version;
        return request;
    }

    /// <summary>Finds a family by its name.</summary>
    /// <returns>Null when the kernel does not have it.</returns>
    public static GenericNetlinkFamily? Find(RequestChannel channel, string name)
    {
        var request = Request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_VERSION, NLM_F_ACK, "family-get");
        request.Write(CTRL_ATTR_FAMILY_NAME, name);
        try
        {
            return channel.Ask(request, ReadFamily);
        }
        catch (KernelRefusedException refusal) when (refusal.Errno == Errno.NotFound)
        {
            return null;
        }
    }

    /// <summary>Lists the attributes that each command of a family takes.</summary>
    /// <returns>The types of top-level attributes, in order, by the number of the command.</returns>
    /// <exception cref="KernelRefusedException">The kernel has no policy dump (before 5.10).</exception>
    public static IReadOnlyDictionary<uint, IReadOnlyList<ushort>> ReadPolicies(RequestChannel channel, ushort family)
    {
        var request = Request(GENL_ID_CTRL, CTRL_CMD_GETPOLICY, CTRL_VERSION, NLM_F_DUMP, "policy-get");
        request.Write(CTRL_ATTR_FAMILY_ID, family);

        var policyOfCommand = new Dictionary<uint, uint>();
        var attributesOfPolicy = new Dictionary<uint, SortedSet<ushort>>();
        channel.Dump(request, payload =>
        {
            ReadPolicy(payload, policyOfCommand, attributesOfPolicy);
            return true;
        });

        return policyOfCommand.ToDictionary(
            pair => pair.Key,
            pair => attributesOfPolicy.TryGetValue(pair.Value, out var attributes) ? (IReadOnlyList<ushort>)[.. attributes] : []);
    }

    private static GenericNetlinkFamily ReadFamily(ReadOnlySpan<byte> payload)
    {
        ushort? id = null;
        uint version = 0;
        var operations = new List<GenericNetlinkOperation>();
        var groups = new Dictionary<string, uint>();

        var attributes = Attributes(payload, "family");
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case CTRL_ATTR_FAMILY_ID: id = attributes.ReadUInt16(); break;
                case CTRL_ATTR_VERSION: version = attributes.ReadUInt32(); break;
                case CTRL_ATTR_OPS:
                    for (var entries = attributes.ReadNested(); entries.MoveNext();)
                        operations.Add(ReadOperation(entries.ReadNested()));
                    break;
                case CTRL_ATTR_MCAST_GROUPS:
                    for (var entries = attributes.ReadNested(); entries.MoveNext();)
                        ReadGroup(entries.ReadNested(), groups);
                    break;
            }
        }

        return new GenericNetlinkFamily(
            id ?? throw new NetlinkFormatException("family: the attribute FAMILY_ID is missing"),
            version,
            [.. operations.OrderBy(operation => operation.Number)],
            groups);
    }

    private static GenericNetlinkOperation ReadOperation(AttributeReader attributes)
    {
        uint number = 0, flags = 0;
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case CTRL_ATTR_OP_ID: number = attributes.ReadUInt32(); break;
                case CTRL_ATTR_OP_FLAGS: flags = attributes.ReadUInt32(); break;
            }
        }

        return new GenericNetlinkOperation(
            number, (flags & (GENL_ADMIN_PERM | GENL_UNS_ADMIN_PERM)) != 0, (flags & GENL_CMD_CAP_DUMP) != 0);
    }

    private static void ReadGroup(AttributeReader attributes, Dictionary<string, uint> groups)
    {
        string? name = null;
        uint id = 0;
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case CTRL_ATTR_MCAST_GRP_NAME: name = attributes.ReadString(); break;
                case CTRL_ATTR_MCAST_GRP_ID: id = attributes.ReadUInt32(); break;
            }
        }

        groups[name ?? throw new NetlinkFormatException("family: a multicast group without a name")] = id;
    }

    // The dump tells in some messages which policy a command has, and in others one attribute of one policy.
    private static void ReadPolicy(
        ReadOnlySpan<byte> payload, Dictionary<uint, uint> policyOfCommand, Dictionary<uint, SortedSet<ushort>> attributesOfPolicy)
    {
        var attributes = Attributes(payload, "policy");
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case CTRL_ATTR_OP_POLICY:
                    for (var commands = attributes.ReadNested(); commands.MoveNext();)
                        ReadCommandPolicy(commands.Type, commands.ReadNested(), policyOfCommand);
                    break;
                case CTRL_ATTR_POLICY:
                    for (var policies = attributes.ReadNested(); policies.MoveNext();)
                    {
                        if (!attributesOfPolicy.TryGetValue(policies.Type, out var known))
                            attributesOfPolicy[policies.Type] = known = [];
                        for (var members = policies.ReadNested(); members.MoveNext();)
                            known.Add(members.Type);
                    }

                    break;
            }
        }
    }

    private static void ReadCommandPolicy(ushort command, AttributeReader attributes, Dictionary<uint, uint> policyOfCommand)
    {
        while (attributes.MoveNext())
        {
            // A command that does and lists has one policy for each; what it takes to act is the one to know.
            if (attributes.Type == CTRL_ATTR_POLICY_DO)
                policyOfCommand[command] = attributes.ReadUInt32();
            else if (attributes.Type == CTRL_ATTR_POLICY_DUMP)
                policyOfCommand.TryAdd(command, attributes.ReadUInt32());
        }
    }

    private static AttributeReader Attributes(ReadOnlySpan<byte> payload, string context)
        => payload.Length >= GENL_HDRLEN
            ? new AttributeReader(payload[GENL_HDRLEN..], context)
            : throw new NetlinkFormatException($"{context}: a generic netlink header needs {GENL_HDRLEN} bytes, got {payload.Length}");
}

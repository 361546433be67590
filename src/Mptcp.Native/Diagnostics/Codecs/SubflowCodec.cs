using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.SocketDiagnosticsHeaders;

namespace Mptcp.Native.Diagnostics.Codecs;

/// <summary>Reads ULP_INFO: the name of the protocol on top of TCP and, where that is MPTCP, the subflow.</summary>
internal static class SubflowCodec
{
    public static (string? Name, SubflowInfo? Subflow) ReadUpperLayer(AttributeReader attributes)
    {
        string? name = null;
        SubflowInfo? subflow = null;
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case INET_ULP_INFO_NAME: name = Name(attributes); break;
                case INET_ULP_INFO_MPTCP: subflow = ReadSubflow(attributes.ReadNested(SubflowName)); break;
            }
        }

        return (name, subflow);
    }

    // A host with many subflows would otherwise make the same text for each.
    private static string Name(AttributeReader attribute) => attribute.Value.SequenceEqual("mptcp\0"u8) ? "mptcp" : attribute.ReadString();

    private static SubflowInfo ReadSubflow(AttributeReader attributes)
    {
        uint localToken = 0, remoteToken = 0, flags = 0;
        byte localId = 0, remoteId = 0;
        uint? written = null, mapSubflow = null, offset = null;
        ulong? map = null;
        ushort? mapLength = null;
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case MPTCP_SUBFLOW_ATTR_TOKEN_REM: remoteToken = attributes.ReadUInt32(); break;
                case MPTCP_SUBFLOW_ATTR_TOKEN_LOC: localToken = attributes.ReadUInt32(); break;
                case MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ: written = attributes.ReadUInt32(); break;
                case MPTCP_SUBFLOW_ATTR_MAP_SEQ: map = attributes.ReadUInt64(); break;
                case MPTCP_SUBFLOW_ATTR_MAP_SFSEQ: mapSubflow = attributes.ReadUInt32(); break;
                case MPTCP_SUBFLOW_ATTR_SSN_OFFSET: offset = attributes.ReadUInt32(); break;
                case MPTCP_SUBFLOW_ATTR_MAP_DATALEN: mapLength = attributes.ReadUInt16(); break;
                case MPTCP_SUBFLOW_ATTR_FLAGS: flags = attributes.ReadUInt32(); break;
                case MPTCP_SUBFLOW_ATTR_ID_REM: remoteId = attributes.ReadByte(); break;
                case MPTCP_SUBFLOW_ATTR_ID_LOC: localId = attributes.ReadByte(); break;
            }
        }

        return new SubflowInfo(localToken, localId, remoteId, (SubflowFlags)flags)
        {
            RemoteToken = remoteToken,
            RelativeWriteSequence = written,
            MapSequence = map,
            MapSubflowSequence = mapSubflow,
            SequenceOffset = offset,
            MapLength = mapLength,
        };
    }
}

using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.SocketDiagnosticsHeaders;

namespace Mptcp.Native.Diagnostics.Codecs;

/// <summary>What sockets of every protocol may have. Attributes that are not known are passed over.</summary>
internal struct CommonAttributes
{
    public MemoryUse? Memory { get; private set; }

    public BufferUse? Buffers { get; private set; }

    public byte? TypeOfService { get; private set; }

    public byte? TrafficClass { get; private set; }

    public uint? ClassId { get; private set; }

    public ulong? CgroupId { get; private set; }

    public uint? Mark { get; private set; }

    public SocketSettings? Settings { get; private set; }

    public ShutdownDirections? Shutdown { get; private set; }

    public bool? IPv6Only { get; private set; }

    public void Read(in AttributeReader attribute)
    {
        switch (attribute.Type)
        {
            case INET_DIAG_MEMINFO: Memory = MemoryCodec.ReadMemory(attribute.Value); break;
            case INET_DIAG_SKMEMINFO: Buffers = MemoryCodec.ReadBuffers(attribute.Value); break;
            case INET_DIAG_TOS: TypeOfService = attribute.ReadByte(); break;
            case INET_DIAG_TCLASS: TrafficClass = attribute.ReadByte(); break;
            case INET_DIAG_CLASS_ID: ClassId = attribute.ReadUInt32(); break;
            case INET_DIAG_CGROUP_ID: CgroupId = attribute.ReadUInt64(); break;
            case INET_DIAG_MARK: Mark = attribute.ReadUInt32(); break;
            case INET_DIAG_SOCKOPT: Settings = (SocketSettings)new StructureReader(attribute.Value, "inet_diag_sockopt").ReadUInt16(); break;
            case INET_DIAG_SHUTDOWN: Shutdown = (ShutdownDirections)attribute.ReadByte(); break;
            case INET_DIAG_SKV6ONLY: IPv6Only = attribute.ReadByte() != 0; break;
        }
    }
}

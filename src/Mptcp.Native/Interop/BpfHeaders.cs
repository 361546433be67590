namespace Mptcp.Native.Interop;

/// <summary>Constants of <c>include/uapi/linux/bpf.h</c>, <c>bpf_common.h</c> and <c>btf.h</c>.</summary>
internal static class BpfHeaders
{
    // enum bpf_cmd
    public const int BPF_MAP_CREATE = 0;
    public const int BPF_MAP_LOOKUP_ELEM = 1;
    public const int BPF_MAP_UPDATE_ELEM = 2;
    public const int BPF_MAP_DELETE_ELEM = 3;
    public const int BPF_PROG_LOAD = 5;
    public const int BPF_LINK_CREATE = 28;
    public const int BPF_ITER_CREATE = 33;

    public const uint BPF_MAP_TYPE_HASH = 1;
    public const uint BPF_F_NO_PREALLOC = 1;
    public const uint BPF_PROG_TYPE_TRACING = 26;
    public const uint BPF_TRACE_ITER = 28;

    // enum bpf_func_id
    public const int BPF_FUNC_map_lookup_elem = 1;
    public const int BPF_FUNC_get_socket_cookie = 46;
    public const int BPF_FUNC_setsockopt = 49;
    public const int BPF_FUNC_skc_to_tcp_sock = 137;

    // Instruction classes, with their sizes, sources and operations.
    public const byte BPF_LD = 0x00;
    public const byte BPF_LDX = 0x01;
    public const byte BPF_ST = 0x02;
    public const byte BPF_STX = 0x03;
    public const byte BPF_JMP = 0x05;
    public const byte BPF_ALU64 = 0x07;
    public const byte BPF_W = 0x00;
    public const byte BPF_DW = 0x18;
    public const byte BPF_IMM = 0x00;
    public const byte BPF_MEM = 0x60;
    public const byte BPF_K = 0x00;
    public const byte BPF_X = 0x08;
    public const byte BPF_ADD = 0x00;
    public const byte BPF_AND = 0x50;
    public const byte BPF_MOV = 0xb0;
    public const byte BPF_JA = 0x00;
    public const byte BPF_JEQ = 0x10;
    public const byte BPF_CALL = 0x80;
    public const byte BPF_EXIT = 0x90;
    public const byte BPF_PSEUDO_MAP_FD = 1;

    // BTF: the header, and the kinds of types.
    public const ushort BTF_MAGIC = 0xeb9f;
    public const int BTF_HEADER_LENGTH = 24;
    public const int BTF_TYPE_LENGTH = 12;
    public const int BTF_KIND_INT = 1;
    public const int BTF_KIND_ARRAY = 3;
    public const int BTF_KIND_STRUCT = 4;
    public const int BTF_KIND_UNION = 5;
    public const int BTF_KIND_ENUM = 6;
    public const int BTF_KIND_FUNC = 12;
    public const int BTF_KIND_FUNC_PROTO = 13;
    public const int BTF_KIND_VAR = 14;
    public const int BTF_KIND_DATASEC = 15;
    public const int BTF_KIND_DECL_TAG = 17;
    public const int BTF_KIND_ENUM64 = 19;

    // include/uapi/linux/tcp.h, include/uapi/asm-generic/socket.h: what the program sets.
    public const int SOL_TCP = 6;
    public const int SOL_SOCKET = 1;
    public const int TCP_CONGESTION = 13;
    public const int TCP_BPF_SNDCWND_CLAMP = 1002;
    public const int SO_MAX_PACING_RATE = 47;

    /// <summary>TCP_CA_NAME_MAX: the longest name of a congestion control, with the zero behind it.</summary>
    public const int TCP_CA_NAME_MAX = 16;
}

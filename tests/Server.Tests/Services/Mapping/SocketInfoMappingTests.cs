using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping;

public sealed class SocketInfoMappingTests
{
    // What the contract says in another form than the records; tests of their own hold them.
    private static readonly string[] Special =
        [nameof(TcpInfo.Options), nameof(TcpInfo.State), nameof(TcpInfo.CongestionState), nameof(MptcpInfo.Flags), nameof(MptcpInfo.HasFallenBack)];

    public static TheoryData<string> FieldsOfTcp => [.. Names(typeof(TcpInfo))];

    public static TheoryData<string> FieldsOfMptcp => [.. Names(typeof(MptcpInfo))];

    [Theory]
    [MemberData(nameof(FieldsOfTcp))]
    public void A_field_of_tcp_stands_in_the_field_of_its_name_and_in_no_other(string name)
        => FieldMapping.Assert(new TcpInfo(), name, SocketMapping.ToProto);

    [Theory]
    [MemberData(nameof(FieldsOfMptcp))]
    public void A_field_of_mptcp_stands_in_the_field_of_its_name_and_in_no_other(string name)
        => FieldMapping.Assert(new MptcpInfo(), name, SocketMapping.ToProto);

    [Fact]
    public void The_messages_have_no_field_that_the_records_lack()
    {
        string[] tcp = [.. Proto.TcpInfo.Descriptor.Fields.InFieldNumberOrder().Select(field => field.PropertyName)];
        Assert.Equal(tcp.Order(), Names(typeof(TcpInfo), special: true).Order());
        string[] mptcp = [.. Proto.MptcpInfo.Descriptor.Fields.InFieldNumberOrder().Select(field => field.PropertyName)];
        Assert.Equal(mptcp.Except(["Fallback", "RemoteKeyReceived"]).Order(), Names(typeof(MptcpInfo)).Order());
    }

    [Fact]
    public void Flags_of_mptcp_are_fields_of_their_own()
    {
        Assert.Equal(new Proto.MptcpInfo { Fallback = true }, WithoutTimes(MptcpInfoFlags.Fallback));
        Assert.Equal(new Proto.MptcpInfo { RemoteKeyReceived = true }, WithoutTimes(MptcpInfoFlags.RemoteKeyReceived));

        static Proto.MptcpInfo WithoutTimes(MptcpInfoFlags flags) => SocketMapping.ToProto(new MptcpInfo { Flags = flags });
    }

    [Fact]
    public void Options_of_tcp_are_listed_by_name()
    {
        foreach (var option in Enum.GetValues<TcpOptions>().Where(option => option != TcpOptions.None))
        {
            var message = SocketMapping.ToProto(new TcpInfo { Options = option });
            Assert.Equal([option.ToString()], message.Options.Select(listed => listed.ToString()));
        }

        Assert.Equal(8, SocketMapping.ToProto(new TcpInfo { Options = (TcpOptions)byte.MaxValue }).Options.Count);
    }

    [Fact]
    public void States_keep_their_names_and_one_that_nobody_knows_yet_is_not_taken_for_another()
    {
        foreach (var state in Enum.GetValues<SocketState>())
            Assert.Equal(state.ToString(), SocketMapping.ToProto(state).ToString());
        foreach (var state in Enum.GetValues<CongestionState>())
            Assert.Equal(state.ToString(), SocketMapping.ToProto(state).ToString());
        Assert.Equal(Proto.SocketState.Unspecified, SocketMapping.ToProto((SocketState)12));
        Assert.Equal(Proto.CongestionState.Unspecified, SocketMapping.ToProto((CongestionState)5));
        var info = SocketMapping.ToProto(new TcpInfo { State = SocketState.CloseWait, CongestionState = CongestionState.Recovery });
        Assert.Equal((Proto.SocketState.CloseWait, Proto.CongestionState.Recovery), (info.State, info.CongestionState));
    }

    private static IEnumerable<string> Names(Type record, bool special = false)
        => FieldMapping.Names(record).Where(name => special || !Special.Contains(name));
}

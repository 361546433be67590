using System.Globalization;

namespace Mptcp.Kernel.Tests.Support.Pictures;

/// <summary>What tells a connection from all others of one moment.</summary>
/// <param name="Namespace">The namespace, by the daemon's name of it.</param>
/// <param name="Token">The token.</param>
readonly record struct ConnectionName(string Namespace, uint Token) : IComparable<ConnectionName>
{
    public int CompareTo(ConnectionName other)
    {
        var order = string.CompareOrdinal(Namespace, other.Namespace);
        return order != 0 ? order : Token.CompareTo(other.Token);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Namespace} 0x{Token:x8}");
}

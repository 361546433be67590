using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.Native.Interop;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

internal sealed partial class PolicyDocumentParsing
{
    // Linux has no greater number for what a program can meet (include/uapi/asm-generic/errno.h).
    private const int LastErrno = 133;

    private static readonly Dictionary<string, Errno> ErrorsByName =
        Enumerable.Range(1, LastErrno).Select(number => new Errno(number)).ToDictionary(error => error.Name);

    /// <summary>Reads a word, whose unspecified value stands for a default.</summary>
    private T Word<T, TProto>(TProto word, IReadOnlyDictionary<T, TProto> words, T byDefault, string field)
        where T : struct, Enum
        where TProto : struct, Enum
    {
        if (word.Equals(default(TProto)))
            return byDefault;
        foreach (var (known, spelled) in words)
        {
            if (spelled.Equals(word))
                return known;
        }

        violations.Add(field, $"must be one that this daemon knows, and is {word:D}");
        return byDefault;
    }

    private AddressFamilies ReadFamilies(RepeatedField<Proto.IpFamily> families, string field)
    {
        if (families.Count == 0)
            return AddressFamilies.All;
        var all = AddressFamilies.None;
        for (var i = 0; i < families.Count; i++)
            all |= Entry(families[i], PolicyWords.Families, AddressFamilies.None, $"{field}[{i}]");
        return all;
    }

    private RemoteChoice ReadRemotes(RepeatedField<Proto.RemoteChoice> choices, string field)
    {
        if (choices.Count == 0)
            return RemoteChoice.Both;
        var all = RemoteChoice.None;
        for (var i = 0; i < choices.Count; i++)
            all |= Entry(choices[i], PolicyWords.Remotes, RemoteChoice.None, $"{field}[{i}]");
        return all;
    }

    // In a list an unspecified value stands for nothing.
    private T Entry<T, TProto>(TProto word, IReadOnlyDictionary<T, TProto> words, T wrong, string field)
        where T : struct, Enum
        where TProto : struct, Enum
    {
        if (!word.Equals(default(TProto)))
            return Word(word, words, wrong, field);
        violations.Add(field, "must not be unspecified");
        return wrong;
    }

    private ImmutableArray<Errno> ReadErrors(RepeatedField<string> names, string field)
    {
        var errors = ImmutableArray.CreateBuilder<Errno>();
        for (var i = 0; i < names.Count; i++)
        {
            if (ErrorsByName.TryGetValue(names[i], out var error))
                errors.Add(error);
            else
                violations.Add($"{field}[{i}]", $"must be the name of an error such as ECONNREFUSED, and is \"{names[i]}\"");
        }

        return errors.ToImmutable();
    }
}

namespace Mptcp.ControlPlane.Json;

/// <summary>Reads every occurrence of one field in a message. Others may stand between them.</summary>
ref struct FieldReader
{
    readonly ReadOnlySpan<byte> _message;
    readonly JsonField _field;
    int _left;
    int _next;

    public FieldReader(ReadOnlySpan<byte> message, JsonField field, FieldPlace place)
    {
        _message = message;
        _field = field;
        _left = place.Count;
        _next = place.First;
    }

    /// <summary>Goes on to the next occurrence.</summary>
    /// <param name="reader">Stands before its value.</param>
    /// <param name="encoded">How its value is encoded.</param>
    public bool MoveNext(out WireReader reader, out WireType encoded)
    {
        reader = new WireReader(_message) { Position = _next };
        encoded = default;
        if (_left == 0)
            return false;
        while (true)
        {
            var tag = reader.ReadTag();
            encoded = WireTypes.Of(tag);
            var start = reader.Position;
            reader.Skip(tag);
            if (tag >> 3 != _field.Number || !_field.Takes(encoded))
                continue;
            _left--;
            _next = reader.Position;
            reader.Position = start;
            return true;
        }
    }
}

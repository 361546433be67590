using System.Globalization;
using System.Text;

namespace Mptcp.ControlPlane;

/// <summary>Durations such as <c>500ms</c>, <c>2s</c>, <c>1m30s</c> and <c>1h</c>: whole numbers, the larger unit first.</summary>
static class DurationText
{
    static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Far more than anybody waits, and far less than clocks and deadlines can hold.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public static TimeSpan Parse(string text)
    {
        var total = TimeSpan.Zero;
        var rest = text.AsSpan();
        var unitsLeft = Units.AsSpan();
        do
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                throw NotADuration(text);
            rest = rest[digits..];

            var end = rest.IndexOfAnyInRange('0', '9');
            var name = end < 0 ? rest : rest[..end];
            var unit = IndexOf(unitsLeft, name);
            if (unit < 0)
                throw NotADuration(text);
            if (number > (Longest - total) / unitsLeft[unit].Length)
                throw new FormatException($"'{text}' is too long: expected at most {Format(Longest)}");
            total += number * unitsLeft[unit].Length;
            unitsLeft = unitsLeft[(unit + 1)..];
            rest = rest[name.Length..];
        }
        while (!rest.IsEmpty);
        return total;
    }

    public static TimeSpan ParsePositive(string text) =>
        Parse(text) is var duration && duration > TimeSpan.Zero
            ? duration
            : throw new FormatException($"'{text}' is no time at all: expected more than zero");

    public static string Format(TimeSpan duration)
    {
        var text = new StringBuilder();
        foreach (var (name, length) in Units)
        {
            var number = (long)(duration / length);
            if (number > 0)
                text.Append(CultureInfo.InvariantCulture, $"{number}{name}");
            duration -= number * length;
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    static int IndexOf(ReadOnlySpan<(string Name, TimeSpan Length)> units, ReadOnlySpan<char> name)
    {
        for (var i = 0; i < units.Length; i++)
        {
            if (name.SequenceEqual(units[i].Name))
                return i;
        }

        return -1;
    }

    static FormatException NotADuration(string text) => new($"'{text}' is not a duration: expected for instance 500ms, 2s or 1m30s");
}

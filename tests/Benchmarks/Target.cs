namespace Mptcp.ControlPlane.Benchmarks;

/// <summary>What a figure is to be: a number stands for itself or less.</summary>
/// <param name="Limit">The number.</param>
/// <param name="IsLeast">Whether it is to be that or more.</param>
internal readonly record struct Target(double Limit, bool IsLeast)
{
    public static implicit operator Target(double most) => new(most, IsLeast: false);

    public static Target AtLeast(double least) => new(least, IsLeast: true);

    public bool IsMet(double value) => IsLeast ? value >= Limit : value <= Limit;
}

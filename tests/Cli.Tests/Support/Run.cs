namespace Mptcp.ControlPlane.Cli.Tests.Support;

/// <summary>What a run of mptcpctl left behind.</summary>
sealed record Run(ExitCode ExitCode, string Out, string Error)
{
    /// <summary>The lines of its output.</summary>
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Its one line of error, without the program's name.</summary>
    public string ErrorLine
    {
        get
        {
            Assert.StartsWith("mptcpctl: ", Error, StringComparison.Ordinal);
            Assert.EndsWith("\n", Error, StringComparison.Ordinal);
            var line = Error["mptcpctl: ".Length..^1];
            Assert.DoesNotContain('\n', line);
            return line;
        }
    }

    /// <summary>Asserts that it did what was asked for, and had nothing to complain about.</summary>
    public Run Succeeded()
    {
        Assert.Equal("", Error);
        Assert.Equal(ExitCode.Done, ExitCode);
        return this;
    }

    /// <summary>Asserts that it ended so, without any result.</summary>
    public Run EndedWith(ExitCode exitCode)
    {
        Assert.Equal((exitCode, ""), (ExitCode, Out));
        return this;
    }
}

using System.Security.Cryptography;
using System.Text;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Revisions;

public sealed class Sha256Tests
{
    // FIPS 180-2, appendix B.
    [Theory]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void The_examples_of_the_standard_come_out(string text, string expected) => Assert.Equal(expected, Sha256.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Contents_of_every_length_around_the_ends_of_blocks_have_the_hash_that_others_find()
    {
        for (var length = 0; length <= 260; length++)
        {
            var content = Enumerable.Range(0, length).Select(i => (byte)((i * 7) + length)).ToArray();
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), Sha256.Of(content));
        }
    }
}

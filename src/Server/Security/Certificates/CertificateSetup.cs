namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>Puts mutual TLS together.</summary>
internal static class CertificateSetup
{
    /// <summary>Adds it, where there are files for it.</summary>
    public static void AddCertificates(this IServiceCollection services, TlsFiles? files)
    {
        if (files is null)
            return;
        services.AddSingleton(files);
        services.AddSingleton<CertificateKeeper>();
        services.AddSingleton<ClientCertificates>();
        services.AddSingleton<RefusedHandshakes>();
        services.AddSingleton<TlsHandshakes>();
    }
}

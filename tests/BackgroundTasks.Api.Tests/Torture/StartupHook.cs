using System.Diagnostics.CodeAnalysis;

/// <summary>That it is called has loaded this assembly; the name, and no namespace, are what the runtime looks for.</summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime looks for it outside of namespaces.")]
internal static class StartupHook
{
    public static void Initialize()
    {
    }
}

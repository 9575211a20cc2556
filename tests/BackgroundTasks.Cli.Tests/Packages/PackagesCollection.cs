namespace BackgroundTasks.Cli.Tests.Packages;

/// <summary>Packs once for all tests of the packages.</summary>
[CollectionDefinition(Name)]
public sealed class PackagesCollection : ICollectionFixture<PackedFolder>
{
    public const string Name = "packages";
}

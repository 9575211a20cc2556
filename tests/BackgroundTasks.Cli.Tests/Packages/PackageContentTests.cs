using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;

namespace BackgroundTasks.Cli.Tests.Packages;

[Collection(PackagesCollection.Name)]
public sealed class PackageContentTests(PackedFolder packed)
{
    [Fact]
    public void Packing_gives_every_package_with_its_symbols_and_no_warning()
    {
        Assert.True(packed.Packed.ExitCode == 0, packed.Packed.Output + packed.Packed.Errors);
        Assert.DoesNotContain("warn", packed.Packed.Output + packed.Packed.Errors, StringComparison.OrdinalIgnoreCase);
        var expected = PackedFolder.Ids.SelectMany(id => new[] { $"{id}.{packed.Version}.nupkg", $"{id}.{packed.Version}.snupkg" });
        Assert.Equal(expected.Order(StringComparer.Ordinal), Directory.GetFiles(packed.Packages).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_package_says_what_it_is_and_under_which_licence(string id)
    {
        using var package = packed.Open(id, "nupkg");
        var metadata = XDocument.Parse(Read(package, $"{id}.nuspec")).Root!.Elements().Single();
        string? Find(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

        Assert.Equal((id, packed.Version, "MIT", "README.md"), (Find("id"), Find("version"), Find("license"), Find("readme")));
        Assert.True(Find("description")!.Length > 80);
        Assert.Null(Find("repository"));
        Assert.StartsWith("# ", Read(package, "README.md"), StringComparison.Ordinal);
        Assert.All(
            metadata.Descendants().Where(element => element.Name.LocalName == "dependency" && element.Attribute("id")!.Value.StartsWith("BackgroundTasks", StringComparison.Ordinal)),
            dependency => Assert.Equal(packed.Version, dependency.Attribute("version")!.Value));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_package_does_not_tell_where_it_was_built(string id)
    {
        using var package = packed.Open(id, "nupkg");
        using var symbols = packed.Open(id, "snupkg");

        var program = Bytes(package.Entries.Single(entry => entry.Name == $"{id}.dll"));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes(symbols.Entries.Single(entry => entry.Name == $"{id}.pdb"))));
        var reader = provider.GetMetadataReader();
        var documents = reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)).ToList();

        Assert.Equal(-1, program.AsSpan().IndexOf(Encoding.UTF8.GetBytes(PackedFolder.Repository)));
        Assert.NotEmpty(documents);
        Assert.All(documents, document => Assert.DoesNotContain(PackedFolder.Repository, document, StringComparison.Ordinal));
    }

    public static TheoryData<string> Ids() => [.. PackedFolder.Ids];

    private static string Read(ZipArchive package, string entry) => Encoding.UTF8.GetString(Bytes(package.GetEntry(entry)!)).TrimStart('\uFEFF');

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

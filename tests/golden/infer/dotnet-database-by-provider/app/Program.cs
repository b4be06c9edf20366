var builder = WebApplication.CreateBuilder(args);
var databaseProvider = "sqlite";
builder.Services.AddDbContext<OrchardContext>(options =>
{
    if (databaseProvider == "postgres") options.UseNpgsql("Host=localhost");
    else options.UseSqlite("Data Source=orchard.db");
});
var app = builder.Build();
app.MapGet("/", () => "apples");
app.Run();

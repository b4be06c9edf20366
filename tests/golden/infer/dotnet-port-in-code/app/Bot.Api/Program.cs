var port = Environment.GetEnvironmentVariable("PORT") ?? "3001";
var app = WebApplication.CreateBuilder(args).Build();
if (app.Environment.IsDevelopment())
{
    app.MapGet("/health", () => "only here");
}
app.MapGet("/", () => "hello");
app.Run($"http://0.0.0.0:{port}");

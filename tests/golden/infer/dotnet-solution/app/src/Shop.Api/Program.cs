var builder = WebApplication.CreateBuilder(args);
builder.Services.AddControllers();
builder.Services.AddShopData(builder.Configuration.GetConnectionString("Shop"));
var app = builder.Build();
app.MapControllers();
app.Run();

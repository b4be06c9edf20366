public static class Setup
{
    public static void AddShopData(this IServiceCollection services, string? url) =>
        services.AddDbContext<ShopContext>(options => options.UseSqlServer(url));
}

mod routes;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL must be set");
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_string());
    let level = std::env::var("LOG_LEVEL").unwrap_or("info".into());
    let pool = sqlx::PgPool::connect(&url).await?;
    sqlx::migrate!().run(&pool).await?;
    let app = axum::Router::new().nest("/api", routes::api_routes());
    let listener = tokio::net::TcpListener::bind(format!("0.0.0.0:{port}")).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

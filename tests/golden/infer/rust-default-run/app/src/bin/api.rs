#[tokio::main]
async fn main() -> Result<(), std::io::Error> {
    let app = poem::Route::new().at("/readyz", poem::get(ready));
    let port: u16 = match std::env::var("APP_PORT") {
        Ok(p) => p.parse().unwrap(),
        Err(_) => 3500,
    };
    poem::Server::new(poem::listener::TcpListener::bind(format!("0.0.0.0:{port}"))).run(app).await
}

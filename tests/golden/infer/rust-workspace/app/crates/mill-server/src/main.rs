use axum::{routing::get, Router};
use std::net::SocketAddr;

#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(|| async { "mill" }));
    let addr = SocketAddr::from(([0, 0, 0, 0], 4000));
    axum::Server::bind(&addr).serve(app.into_make_service()).await.unwrap();
}

use axum::{routing::{get, post}, Router};

pub fn api_routes() -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/notes/:id", get(note))
        .route("/ping", post(note))
}

async fn note() { let _ = sqlx::query!("select 1"); }

use actix_web::{get, web, App, HttpServer};

#[get("/status")]
async fn status() -> &'static str { "ok" }

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let secret = std::env::var("SESSION_KEY").unwrap();
    HttpServer::new(|| App::new().service(web::scope("/v1").service(status)))
        .bind(("127.0.0.1", 8088))?
        .run()
        .await
}
